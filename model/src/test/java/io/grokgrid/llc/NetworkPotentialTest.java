package io.grokgrid.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.run.RunSpec;
import io.grokgrid.step.Float64;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.Examples;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class NetworkPotentialTest {
  private static final Map<String, Object> SMALL =
      Map.of(
          "task.p",
          7,
          "task.train_fraction",
          0.6,
          "model.d_model",
          8,
          "model.d_mlp",
          16,
          "model.heads",
          2,
          "training.loss_precision",
          "float32");

  private final NDManager manager;

  NetworkPotentialTest(NDManager manager) {
    this.manager = manager;
  }

  private static RunSpec run(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(SMALL);
    all.putAll(more);
    return RunSpecs.of(all);
  }

  private static double[] initial(RunSpec run) {
    float[] drawn = run.model().init().draw(run.layout(), run.training().seed());
    double[] w = new double[drawn.length];
    Arrays.setAll(w, i -> drawn[i]);
    return w;
  }

  private void agreesWithTheDefinition(RunSpec run) {
    NetworkPotential potential = NetworkPotential.of(manager, run);
    double[] w = initial(run);
    double[] gradient = new double[w.length];
    double loss = potential.differentiate(w, gradient);
    Examples examples = new Examples(run.task().asTable().orElseThrow(), run.training().seed());
    float[] rounded = new float[w.length];
    float[] found = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      rounded[i] = (float) w[i];
      found[i] = (float) gradient[i];
    }
    double[] truth =
        Float64.gradient(manager, (TransformerSpec) run.model(), 7, examples, rounded, null);
    assertThat(Float64.error(run.layout(), truth, found)).isLessThan(1e-4);
    TrainingStep definition =
        TextbookStep.of(manager, run.model(), 7, examples, run.training().ofTheLossAlone(0), true);
    double expected = definition.evaluate(rounded, false).trainLoss();
    assertThat(loss).isCloseTo(expected, within(1e-6));
  }

  @Test
  void isTheLossOverTheTrainingSetWithItsNoise() {
    agreesWithTheDefinition(run(Map.of("task.label_noise", 3)));
  }

  @Test
  void dropoutAndMiniBatchesOfTheTrainingAreNoPartOfIt() {
    RunSpec dropped = run(Map.of("model.dropout", 0.5, "training.batch_size", 5));
    NetworkPotential potential = NetworkPotential.of(manager, dropped);
    double[] w = initial(dropped);
    double[] first = new double[w.length];
    double loss = potential.differentiate(w, first);
    agreesWithTheDefinition(dropped);
    assertThat(potential.differentiate(w, new double[w.length])).isEqualTo(loss);
    assertThat(potential.examples()).isEqualTo(29);
  }

  @Test
  void deepNetworksAreTakenToo() {
    agreesWithTheDefinition(run(Map.of("model.layers", 2, "model.normalization", "pre")));
  }

  @Test
  void batchesMakeUpTheWhole() {
    for (int layers : new int[] {1, 2}) {
      RunSpec run = run(Map.of("model.layers", layers));
      NetworkPotential potential = NetworkPotential.of(manager, run);
      double[] w = initial(run);
      double[] whole = new double[w.length];
      double loss = potential.differentiate(w, whole);
      double[] sum = new double[w.length];
      double[] part = new double[w.length];
      double losses = 0;
      for (int i = 0; i < 29; i++) {
        losses += potential.differentiate(w, part, new int[] {i}) / 29;
        for (int j = 0; j < sum.length; j++) {
          sum[j] += part[j] / 29;
        }
      }
      assertThat(losses).isCloseTo(loss, within(1e-6));
      assertThat(sum).containsExactly(whole, within(1e-6));
    }
  }

  @Test
  void sequencesHaveOneSampleInPlaceOfATrainingSet() {
    RunSpec run =
        run(
            Map.of(
                "task.kind",
                "sequence",
                "task.rule",
                "modular_sum",
                "task.length",
                4,
                "task.ood_length",
                5,
                "training.batch_size",
                6,
                "record.evaluation_batches",
                3));
    NetworkPotential potential = NetworkPotential.of(manager, run);
    double[] w = initial(run);
    double loss = potential.differentiate(w, new double[w.length]);
    assertThat(potential.examples()).isEqualTo(18);
    assertThat(potential.differentiate(w, new double[w.length])).isEqualTo(loss);
    assertThatThrownBy(() -> potential.differentiate(w, new double[w.length], new int[] {0}))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Before memorisation: the loss falls from there, so there is no coefficient to estimate. */
  @Test
  void aNetworkAsItIsDrawnIsNoMinimum() {
    RunSpec run = run(Map.of());
    NetworkPotential potential = NetworkPotential.of(manager, run);
    double[] w = initial(run);
    LlcSpec spec = new LlcSpec(LlcSpec.Sampler.SGLD, 1e-4, 100, 10, 2, 300, 0, 0, 0);
    Baseline baseline = Baseline.of(potential, w);
    Langevin langevin = new Langevin(spec, potential, w, baseline.loss());
    Estimate estimate =
        new Estimate(spec, baseline, w.length, List.of(langevin.chain(0), langevin.chain(1)));
    assertThat(baseline.lower()).isLessThan(baseline.loss() - 0.1);
    assertThat(estimate.verdict()).isEqualTo(Verdict.NOT_A_MINIMUM);
    assertThat(estimate.mean()).isNaN();
  }

  /** A share of the training examples, which a network as it is drawn answers by chance. */
  @Test
  void itSaysHowMuchIsAnsweredRightly() {
    RunSpec run = run(Map.of());
    NetworkPotential potential = NetworkPotential.of(manager, run);
    double[] w = initial(run);
    double examples = potential.examples();
    assertThat(potential.accuracy(w)).isBetween(0.0, 0.98);
    assertThat(potential.accuracy(w) * examples)
        .isCloseTo(Math.rint(potential.accuracy(w) * examples), within(1e-9));
  }
}
