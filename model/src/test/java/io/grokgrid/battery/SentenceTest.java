package io.grokgrid.battery;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentenceTest {
  private final List<Measurement> found = new ArrayList<>();

  private SentenceTest add(String analysis, String name, double value) {
    found.add(new Measurement(7, analysis, name, value));
    return this;
  }

  private SentenceTest circles(double symmetricity, double irrelevance) {
    return add("gradient_symmetricity", "mean", symmetricity)
        .add("distance_irrelevance", "correct_logit", irrelevance);
  }

  @Test
  void saysAllThatWasFoundOfAClock() {
    circles(0.3134, 0.8367);
    for (int k : List.of(14, 35, 41, 42, 52)) {
      add("progress", "key_frequency." + k, 1);
    }
    add("certificate", "logits_kept_loss", 6.1e-8)
        .add("certificate", "logits_removed_loss", 8.21)
        .add("certificate", "random_logits_removed_loss.mean", 3.2e-7)
        .add("loss", "test_accuracy", 1);
    assertThat(Sentence.of(found))
        .contains(
            "Clock-like: gradient symmetricity 0.31, distance irrelevance 0.84; frequencies 14, 35,"
                + " 41, 42, 52; keeping only these: loss 6e-8, removing them: 8.2 (random sets"
                + " 3e-7)");
    add("certificate", "random_logits_kept_loss.mean", 4.7e5);
    assertThat(Sentence.of(found).orElseThrow())
        .contains("keeping only these: loss 6e-8 (random sets 5e5), removing them: 8.2 (random");
  }

  @Test
  void namesThePublishedBands() {
    circles(0.97, 0.17);
    assertThat(Sentence.of(found)).get().asString().startsWith("Pizza-like: ");
    found.clear();
    circles(0.97, 0.4);
    assertThat(Sentence.of(found)).get().asString().startsWith("Neither Clock nor Pizza: ");
    found.clear();
    circles(0.5, 0.2);
    assertThat(Sentence.of(found)).get().asString().startsWith("Neither Clock nor Pizza: ");
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    assertThat(Sentence.of(found)).isEmpty();
    add("weights", "norm", 3);
    assertThat(Sentence.of(found)).isEmpty();
    add("gradient_symmetricity", "mean", 0.5);
    assertThat(Sentence.of(found)).contains("Gradient symmetricity 0.5");
    add("certificate", "removed_loss", 0).add("certificate", "kept_loss", Double.NaN);
    add("progress", "key_frequency.3", 1);
    assertThat(Sentence.of(found))
        .contains("Gradient symmetricity 0.5; frequencies 3; removing them: 0");
  }

  @Test
  void saysThatThereIsNoFrequencyAndNotWhatRemovingNoneDoes() {
    circles(0.97, 0.17).add("progress", "key_frequencies", 0).add("certificate", "kept_loss", 4);
    assertThat(Sentence.of(found).orElseThrow())
        .endsWith("distance irrelevance 0.17; no frequency has a cluster of neurons");
  }

  @Test
  void saysWhatKeepingTheDoublesDoes() {
    add("progress", "key_frequency.3", 1).add("certificate", "kept_loss", 0.1);
    add("certificate", "kept_doubled_loss", 1e-7).add("certificate", "random_kept_loss.mean", 6);
    assertThat(Sentence.of(found))
        .contains(
            "Frequencies 3; in the embedding alone: loss 0.1 (with their doubles 1e-7; random sets 6)");
  }

  @Test
  void saysThatATableWasNotLearnedAndNoMore() {
    circles(0.97, 0.17).add("loss", "test_accuracy", 0.0123);
    assertThat(Sentence.of(found)).contains("Not learned: accuracy 0.012 on test examples");
  }

  @Test
  void saysWhatIsKnownOfATableWithoutCircles() {
    add("loss", "all_accuracy", 0.3).add("loss", "test_accuracy", 0.99999);
    assertThat(Sentence.of(found)).contains("Learned: accuracy 0.999 on test examples");
    found.clear();
    add("loss", "test_accuracy", 1);
    assertThat(Sentence.of(found)).contains("Learned: accuracy 1 on test examples");
  }
}
