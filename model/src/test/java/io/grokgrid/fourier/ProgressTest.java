package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class ProgressTest {
  private static final Offset<Double> NEARLY = within(1e-5);

  private final NDManager manager;

  ProgressTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void keepsTheCharacterOfItsKeyFrequency() {
    CosineNetwork network = new CosineNetwork(manager, 9, 3);
    for (Subject subject : new Subject[] {network.subject(), network.subtracting().subject()}) {
      Map<String, Double> found = Peer.measure(new Progress(), subject);
      // Three classes share the largest logit, 5/2 cos(0); the other six have 5/2 cos(2 pi / 3).
      double loss = Math.log(3) + Math.log1p(2 * Math.exp(-3.75));
      assertThat(found).containsEntry("key_frequency.3", 1.0).containsEntry("key_frequencies", 1.0);
      assertThat(found.get("restricted_loss")).isCloseTo(loss, NEARLY);
      assertThat(found.get("restricted_train_loss")).isCloseTo(loss, NEARLY);
      assertThat(found.get("restricted_test_loss")).isCloseTo(loss, NEARLY);
      assertThat(found.get("trig_loss")).isCloseTo(loss, NEARLY);
      assertThat(found.get("answer_loss")).isCloseTo(loss, NEARLY);
    }
  }

  @Test
  void excludesIt() {
    int n = 11;
    Subject subject = new CosineNetwork(manager, n, 3).subject();
    double[] rest = new double[n * n * n];
    IntUnaryOperator angle = i -> 3 * (2 * (i / n / n) - i % n);
    IntUnaryOperator other = i -> 3 * (2 * (i / n % n) - i % n);
    Arrays.setAll(
        rest, i -> 1.25 * (cosine(angle.applyAsInt(i), n) + cosine(other.applyAsInt(i), n)));
    Map<String, Double> found = Peer.measure(new Progress(), subject);
    double loss = subject.labels().loss(rest, Part.TRAIN);
    assertThat(found.get("excluded_loss.3")).isCloseTo(loss, NEARLY);
    assertThat(found.get("excluded_loss_argmax")).isCloseTo(loss, NEARLY);
    assertThat(found.get("answer_excluded_loss")).isCloseTo(loss, NEARLY);
    double whole = subject.labels().loss(subject.logits(), Part.TRAIN);
    assertThat(found.get("excluded_loss.1")).isCloseTo(whole, NEARLY);
  }

  private static double cosine(int x, int n) {
    return Math.cos(2 * Math.PI * x / n);
  }

  @Test
  void looksAtAllCheckpointsByTheFrequenciesOfTheLast() {
    Subject subject = new CosineNetwork(manager, 11, 3).subject(); // has no key frequency
    assertThat(Peer.measure(new Progress(), subject)).doesNotContainKey("final_excluded_loss");
    FinalFrequencies end =
        FinalFrequencies.of(new CosineNetwork(manager, 11, 3).linear(2).subject()).orElseThrow();
    subject.tell(FinalFrequencies.class, end);
    Map<String, Double> found = Peer.measure(new Progress(), subject);
    assertThat(found)
        .containsEntry("final_key_frequencies", 1.0)
        .containsEntry("final_key_frequency.3", 1.0)
        .containsEntry("final_excluded_loss", found.get("excluded_loss.3"));
    double largest = Math.exp(2.5);
    double others = IntStream.range(1, 11).mapToDouble(c -> Math.exp(2.5 * cosine(c, 11))).sum();
    assertThat(found.get("final_restricted_loss")).isCloseTo(Math.log1p(others / largest), NEARLY);
    assertThat(found.get("final_restricted_test_loss"))
        .isCloseTo(Math.log1p(others / largest), NEARLY);
  }

  @Test
  void withoutKeyFrequenciesKeepsTheMeanAndExcludesNothing() {
    Subject subject = new CosineNetwork(manager, 11, 3).subject();
    Map<String, Double> found = Peer.measure(new Progress(), subject);
    assertThat(found)
        .containsEntry("key_frequencies", 0.0)
        .containsEntry("argmax_frequencies", 1.0);
    assertThat(found.get("restricted_loss")).isCloseTo(Math.log(11), NEARLY);
    assertThat(found.get("excluded_loss"))
        .isCloseTo(subject.labels().loss(subject.logits(), Part.TRAIN), NEARLY);
  }
}
