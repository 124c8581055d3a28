package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.tensor.EngineManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Networks of others, with what others measured of them. */
@ExtendWith(EngineManager.class)
class FourierPeersTest {
  private static final List<Analysis> ALL =
      List.of(
          new FourierEmbedding(),
          new NeuronClusters(),
          new FourierSimilarity(),
          new LogitSpectrum(),
          new Progress(),
          new Certificate(),
          new EffectiveWeights());

  private final NDManager manager;

  FourierPeersTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void findsWhatOthersFoundOfTheirNetworks() {
    int[] compared =
        Peer.NAMES.stream()
            .mapToInt(name -> ALL.stream().mapToInt(a -> Peer.named(name).check(a, manager)).sum())
            .toArray();
    assertThat(compared).containsExactly(40, 26, 24, 12);
  }

  @Test
  void aPizzaComputesWithItsKeyFrequenciesAndTheirDoubles() {
    Map<String, Double> found =
        Peer.measure(new Certificate(), Peer.named("clock_pizza_model_a").subject(manager));
    assertThat(found.get("kept_doubled_loss")).isLessThan(1e-6);
    assertThat(found.get("kept_loss")).isLessThan(0.2);
    assertThat(found.get("removed_loss")).isGreaterThan(20);
    assertThat(found).containsEntry("random_sets", 20.0).containsEntry("random_pairs", 1024.0);
    assertThat(found.get("random_kept_loss.mean")).isGreaterThan(Math.log(59));
    assertThat(found.get("random_removed_loss.mean")).isLessThan(0.1);
  }

  /** A second implementation, in NumPy with the whole transform on both operands, gave these. */
  @Test
  void agreesWithASecondImplementation() {
    Subject subject = Peer.named("c113_seed1").subject(manager);
    Map<String, Double> certificate = Peer.measure(new Certificate(), subject);
    near(certificate, "kept_loss", 0.01372993926802216);
    near(certificate, "kept_accuracy", 0.9955360639047693);
    near(certificate, "kept_doubled_loss", 5.941839174830369e-05);
    near(certificate, "removed_loss", 41.582014479723355);
    near(certificate, "without_head.0", 3.751360701583358);
    near(certificate, "without_head.3", 4.5628443040550986);
    near(certificate, "without_cluster.16", 6.983077293935609);
    near(certificate, "without_cluster.56", 0.40874583958610583);
    near(certificate, "without_unclustered", 5.323649442911631e-07);
    Map<String, Double> clusters = Peer.measure(new NeuronClusters(), subject);
    near(clusters, "linear.16", 0.7161597711863573);
    near(clusters, "linear.30", 0.7478415376608084);
    Map<String, Double> spectrum = Peer.measure(new LogitSpectrum(), subject);
    near(spectrum, "trig_ratio", 0.9865462785712432);
    near(spectrum, "neuron_trig_ratio", 0.1485310280590892);
    Map<String, Double> effective = Peer.measure(new EffectiveWeights(), subject);
    near(effective, "readout_fve.16", 0.9739788127562025);
    near(effective, "readout_fve.56", 0.9848275261166254);
  }

  private static void near(Map<String, Double> found, String name, double value) {
    assertThat(found.get(name)).as(name).isCloseTo(value, within(1e-6 * value));
  }
}
