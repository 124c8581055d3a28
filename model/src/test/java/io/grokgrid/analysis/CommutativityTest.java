package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Models;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class CommutativityTest {
  private final NDManager manager;

  CommutativityTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void isNoneWhereOnlyTheSumIsSeen() {
    Subject subject =
        Built.drawn(manager, Models.mlp().combine(Combine.SUM).model(), Tasks.modular(7).task());
    assertThat(Peer.measure(new Commutativity(), subject).get("commutativity"))
        .isCloseTo(0, within(1e-12));
  }

  /** Logits 1 of (0, 1) and -1 of (1, 0), else 0: half of all differ by 2, deviation sqrt(1/2). */
  @Test
  void isTheMeanDifferenceInDeviations() {
    double[] logits = {0, 0, 1, 1, -1, -1, 0, 0};
    assertThat(Commutativity.of(logits, new int[] {0, 1, 2, 3}, 2))
        .isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(Commutativity.of(new double[8], new int[] {0, 1, 2, 3}, 2)).isNaN();
  }
}
