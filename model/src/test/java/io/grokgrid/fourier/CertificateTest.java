package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.base.Randomness;
import io.grokgrid.net.Models;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class CertificateTest {
  private static final Offset<Double> NEARLY = within(1e-5);

  private final NDManager manager;

  CertificateTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void aNetworkOfOneFrequencyNeedsItAndNoOther() {
    CosineNetwork network = new CosineNetwork(manager, 31, 3).linear(1);
    for (Subject subject : new Subject[] {network.subject(), network.subtracting().subject()}) {
      Map<String, Double> found = Peer.measure(new Certificate(), subject);
      double whole = subject.labels().loss(subject.logits(), Part.ALL);
      double none = Math.log(31);
      assertThat(found.get("kept_loss")).isCloseTo(whole, NEARLY);
      assertThat(found.get("removed_loss")).isCloseTo(none, NEARLY);
      assertThat(found).containsEntry("random_sets", 14.0).containsEntry("random_pairs", 961.0);
      assertThat(found.get("random_kept_loss.mean")).isCloseTo(none, NEARLY);
      assertThat(found.get("random_removed_loss.mean")).isCloseTo(whole, NEARLY);
      assertThat(found.get("random_removed_loss.deviation")).isCloseTo(0, NEARLY);
      assertThat(found.get("without_cluster.3")).isCloseTo(none, NEARLY);
      assertThat(found.get("without_unclustered")).isCloseTo(whole, NEARLY);
    }
  }

  @Test
  void fewOtherFrequenciesMakeFewSets() {
    Subject subject = new CosineNetwork(manager, 9, 3).linear(1).subject();
    Map<String, Double> found = Peer.measure(new Certificate(), subject);
    assertThat(found).containsEntry("random_sets", 3.0);
  }

  @Test
  void withoutKeyFrequenciesThereIsNothingToCompareWith() {
    Subject subject = new CosineNetwork(manager, 11, 3).subject();
    Map<String, Double> found = Peer.measure(new Certificate(), subject);
    double whole = subject.labels().loss(subject.logits(), Part.ALL);
    assertThat(found.get("removed_loss")).isCloseTo(whole, NEARLY);
    assertThat(found).containsEntry("random_sets", 0.0);
    assertThat(found).doesNotContainKeys("random_kept_loss.mean", "random_kept_loss.deviation");
  }

  @Test
  void drawsDifferentSetsWithoutKeyFrequencies() {
    FrequencySets sets = new FrequencySets(6, List.of(2, 5));
    Set<List<Integer>> all = sets.draw(20, Randomness.stream(1, "sets"));
    assertThat(all).hasSize(6).contains(List.of(1, 3), List.of(4, 6));
    assertThat(all).allSatisfy(set -> assertThat(set).hasSize(2).doesNotContain(2, 5));
    assertThat(sets.draw(4, Randomness.stream(1, "sets"))).hasSize(4);
    assertThat(new FrequencySets(3, List.of(1, 2)).draw(20, Randomness.stream(1, "s"))).isEmpty();
    assertThat(new FrequencySets(3, List.of()).draw(20, Randomness.stream(1, "s"))).isEmpty();
  }

  @Test
  void aHeadWhoseValuesAreNothingIsNotMissed() {
    Subject drawn =
        new Subject(
            manager,
            Models.mainline(8, 2, 6),
            Tasks.modular(7).task(),
            1,
            Models.mainline(8, 2, 6).init().draw(Models.mainline(8, 2, 6).layoutOfPairs(7), 1));
    float[] weights = drawn.parameters().clone();
    int values = drawn.layout().at("blocks.0.attn.W_V").offset();
    Arrays.fill(weights, values, values + 8 * 4, 0);
    Subject subject = drawn.with(weights);
    Map<String, Double> found = Peer.measure(new Certificate(), subject);
    double whole = subject.labels().loss(subject.logits(), Part.ALL);
    assertThat(found.get("without_head.0")).isCloseTo(whole, NEARLY);
    assertThat(found.get("without_head.1")).isNotCloseTo(whole, NEARLY);
    assertThat(found).doesNotContainKey("without_head.2");
  }
}
