package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Models;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class StabilityTest {
  private final NDManager manager;

  StabilityTest(NDManager manager) {
    this.manager = manager;
  }

  /** Class 0 leads by so much for every pair. */
  private Subject leading(double lead) {
    Subject subject = Built.drawn(manager, Models.mlp().model(), Tasks.modular(7).task());
    return Built.set(Built.all(subject, 0), "unembed.b_U", i -> i == 0 ? lead : 0);
  }

  private static double shareOfAnswerZero(Subject subject) {
    int[] trained = IntStream.range(0, 49).filter(subject.labels()::isTrained).toArray();
    long zero = IntStream.of(trained).filter(pair -> subject.labels().target(pair) == 0).count();
    return (double) zero / trained.length;
  }

  @Test
  void aLeadThatFloat32CannotAddToCollapsesTheSoftmax() {
    Subject subject = leading(20);
    Map<String, Double> found = Peer.measure(new Stability(), subject);
    assertThat(found.get("softmax_collapse")).isEqualTo(1);
    assertThat(found.get("zero_loss")).isCloseTo(shareOfAnswerZero(subject), within(1e-12));
  }

  @Test
  void aSmallLeadDoesNot() {
    assertThat(Peer.measure(new Stability(), leading(10)).values()).containsOnly(0.0);
  }

  @Test
  void isNoNumberWhereLogitsAreNone() {
    assertThat(Peer.measure(new Stability(), leading(Double.NaN)).values())
        .containsOnly(Double.NaN);
  }
}
