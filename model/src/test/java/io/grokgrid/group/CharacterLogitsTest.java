package io.grokgrid.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.net.Model;
import io.grokgrid.net.Models;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.ModularTask;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineManager.class)
class CharacterLogitsTest {
  private final NDManager manager;

  CharacterLogitsTest(NDManager manager) {
    this.manager = manager;
  }

  /** Published from float32 logits, beside the weights. */
  @Test
  void findsThePublishedLosses() {
    Map<String, Double> found =
        Peer.measure(new CharacterLogits(), Peer.named("c113_seed1").subject(manager));
    assertThat(found.get("total_restricted_loss"))
        .isCloseTo(4.1262065193873725e-08, withinPercentage(0.01));
    assertThat(found.get("total_excluded_loss"))
        .isCloseTo(13.001554481634951, withinPercentage(0.01));
    assertThat(found).containsKeys("key_frequency.16", "key_frequency.30", "key_frequency.56");
    assertThat(found).hasSize(6);
  }

  private Subject drawn(Model model, ModularTask task) {
    return new Subject(
        manager, model, task, 0, model.init().draw(model.layout(model.signature(task)), 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 9})
  void measuresSubtractionOfAnyModulus(int p) {
    ModularTask task = Tasks.modular(p).operation(ModularOperation.SUBTRACT).task();
    Map<String, Double> found =
        Peer.measure(new CharacterLogits(), drawn(Models.parts().model(), task));
    assertThat(found.get("total_restricted_loss")).isFinite();
    assertThat(found.get("explained_share")).isBetween(0.0, 1.0);
  }

  @Test
  void withoutAKeyAllLossIsChance() {
    ModularTask task = Tasks.modular(7).task();
    Subject drawn = drawn(Models.mlp().model(), task);
    Subject empty = drawn.with(new float[drawn.layout().size()]);
    Map<String, Double> found = Peer.measure(new CharacterLogits(), empty);
    assertThat(found.get("total_restricted_loss")).isCloseTo(Math.log(7), withinPercentage(1e-9));
    assertThat(found.get("explained_share")).isNaN();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"ADD", "SUBTRACT"},
      mode = EnumSource.Mode.EXCLUDE)
  void saysNothingOfOtherOperations(ModularOperation operation) {
    ModularTask task = Tasks.modular(7).operation(operation).task();
    assertThat(new CharacterLogits().idle(drawn(Models.mlp().model(), task)))
        .contains("needs addition or subtraction modulo p");
  }
}
