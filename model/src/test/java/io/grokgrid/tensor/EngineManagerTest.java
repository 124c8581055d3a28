package io.grokgrid.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class EngineManagerTest {
  private static final List<NDManager> EARLIER = new ArrayList<>();

  private final NDManager manager;

  EngineManagerTest(NDManager manager) {
    this.manager = manager;
  }

  @RepeatedTest(2)
  void everyTestHasAnOpenManagerOfItsOwn(NDManager same) {
    assertThat(same).isSameAs(manager);
    assertThat(manager.isOpen()).isTrue();
    assertThat(EARLIER).doesNotContain(manager).noneMatch(NDManager::isOpen);
    EARLIER.add(manager);
  }

  @AfterAll
  static void theLastOneIsClosedToo() {
    assertThat(EARLIER).hasSize(2).noneMatch(NDManager::isOpen);
  }
}
