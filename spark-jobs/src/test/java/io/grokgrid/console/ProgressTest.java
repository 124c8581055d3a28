package io.grokgrid.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.jobs.Streams;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  /** As where the store's claim is lost while Spark starts. */
  @Test
  void whatIsStoppedBeforeItBeginsDoesNotBegin() {
    Progress.current().stop();
    try (Progress stopped = new Progress(List.of(), Streams.SILENT.err(), false).show()) {
      assertThat(stopped.isStopping()).isTrue();
    }
    try (Progress next = new Progress(List.of(), Streams.SILENT.err(), false).show()) {
      assertThat(next.isStopping()).isFalse();
    }
  }
}
