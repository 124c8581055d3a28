package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.grokgrid.tensor.EngineManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class LossesTest {
  private final NDManager manager;

  LossesTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void findsThePublishedLosses() {
    for (String peer : Peer.NAMES) {
      assertThat(Peer.named(peer).check(new Losses(), manager)).isPositive();
    }
  }
}
