package io.grokgrid.llc;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.run.RunSpec;
import io.grokgrid.tensor.Autograd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** The estimate around the parameters of a run's network. */
public final class NetworkEstimate {
  private NetworkEstimate() {}

  /**
   * Draws all chains, one after the other.
   *
   * @param goOn asked before every draw, with how many there are of all chains
   * @return nothing if {@code goOn} ended it
   * @throws io.grokgrid.base.Refused if there can be no such estimate of this run
   */
  public static Optional<Estimate> of(
      RunSpec run, float[] parameters, LlcSpec spec, IntPredicate goOn) {
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      NetworkPotential potential = NetworkPotential.of(manager, run);
      LlcSpec known = spec.forExamples(potential.examples());
      double[] w0 = new double[parameters.length];
      for (int i = 0; i < w0.length; i++) {
        w0[i] = parameters[i];
      }
      Baseline baseline = Baseline.of(potential, w0);
      Langevin langevin = new Langevin(known, potential, w0, baseline.loss());
      List<Chain> chains = new ArrayList<>();
      for (int i = 0; i < spec.chains(); i++) {
        int before = i * spec.steps();
        Optional<Chain> chain = langevin.chain(i, step -> goOn.test(before + step));
        if (chain.isEmpty()) {
          return Optional.empty();
        }
        chains.add(chain.get());
      }
      return Optional.of(new Estimate(known, baseline, w0.length, chains));
    }
  }
}
