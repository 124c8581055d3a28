package io.grokgrid.checkpoints;

import io.grokgrid.llc.LlcSpec;
import io.grokgrid.llc.NetworkEstimate;
import io.grokgrid.llc.NetworkPotential;
import io.grokgrid.run.Cost;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Coefficients;
import io.grokgrid.train.Measurement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** Estimates of the local learning coefficient, with the settings that they were made with. */
public final class LlcWork implements CheckpointWork {
  private static final long serialVersionUID = 1L;

  private static final String VERDICT = "verdict.";

  private final LlcSpec spec;

  public LlcWork(LlcSpec spec) {
    this.spec = spec;
  }

  /** What the analysis is called. */
  public String name() {
    return Coefficients.analysis(spec.label());
  }

  @Override
  public List<String> names() {
    return List.of(name());
  }

  @Override
  public double seconds(Checkpoint checkpoint) {
    return Cost.secondsAStep(checkpoint.spec()) * parts();
  }

  /** So that nothing which is finished is lost. */
  @Override
  public double taskSeconds() {
    return 0;
  }

  /** Draws of all chains. */
  @Override
  public int parts() {
    return spec.chains() * (spec.burnIn() + spec.draws());
  }

  @Override
  public String outcome(List<Measurement> found) {
    return found.stream()
        .map(Measurement::name)
        .filter(name -> name.startsWith(VERDICT))
        .map(name -> name.substring(VERDICT.length()).toUpperCase(Locale.ROOT))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Task begin(Store store, Configuration hadoop) {
    return (checkpoint, goOn) -> measure(checkpoint, checkpoint.weights(store, hadoop), goOn);
  }

  private Optional<List<Measurement>> measure(
      Checkpoint checkpoint, float[] weights, IntPredicate goOn) {
    int step = checkpoint.step();
    Map<String, Double> settings = settings(checkpoint.spec());
    return NetworkEstimate.of(checkpoint.spec(), weights, spec, goOn)
        .map(estimate -> kept(estimate.measurements(step), settings, step));
  }

  /** What is not defined is not there, since SQL takes NaN for the largest. */
  private List<Measurement> kept(List<Measurement> found, Map<String, Double> settings, int step) {
    Stream<Measurement> defined =
        found.stream()
            .filter(each -> !Double.isNaN(each.value()) && !settings.containsKey(each.name()))
            .map(each -> new Measurement(step, name(), each.name(), each.value()));
    Stream<Measurement> used =
        settings.entrySet().stream()
            .map(each -> new Measurement(step, name(), each.getKey(), each.getValue()));
    return Stream.concat(defined, used).toList();
  }

  /**
   * The settings for a run as numbers, by the names of {@link Coefficients#SETTINGS}; metropolis is
   * 1 where moves can be rejected.
   *
   * @throws io.grokgrid.base.Refused if they cannot be those of this run
   */
  Map<String, Double> settings(RunSpec run) {
    LlcSpec of = spec.forExamples(NetworkPotential.examples(run));
    Map<String, Double> settings = new LinkedHashMap<>();
    List<Double> values =
        List.of(
            of.sampler() == LlcSpec.Sampler.MALA ? 1.0 : 0.0,
            of.stepSize(),
            of.localization(),
            of.nBeta(),
            (double) of.chains(),
            (double) of.draws(),
            (double) of.burnIn(),
            (double) of.batchSize(),
            (double) of.seed());
    for (int i = 0; i < values.size(); i++) {
      settings.put(Coefficients.SETTINGS.get(i), values.get(i));
    }
    return settings;
  }
}
