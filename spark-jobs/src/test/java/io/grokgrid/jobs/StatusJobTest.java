package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Format;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusJobTest {
  private final Path folder;

  StatusJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void countsRunsASweepAnOutcomeAndAnError() throws IOException {
    assertThat(lines(Example.store(folder)))
        .containsExactly(
            "[\"example\",\"diverged\",1,\"2026-11-21T23:15:12.625Z\",null]",
            "[\"example\",\"failed\",1,\"2026-11-21T23:15:12.625Z\",\"out of memory\"]",
            "[\"example\",\"grokked\",3,\"2026-11-21T23:15:12.625Z\",null]",
            "[\"example\",\"memorised\",1,\"2026-11-21T23:15:12.625Z\",null]");
  }

  @Test
  void showsSavedStatesWithoutAFinishedRow() throws IOException {
    Store store = Example.store(folder);
    saveState("0123456789abcdef", 3000);
    saveState(Example.study().runs().get(0).id(), 100);

    assertThat(lines(store))
        .hasSize(5)
        .startsWith("[null,\"in_flight\",1,null,\"0123456789abcdef, step 3000\"]");
  }

  @Test
  void isEmptyBeforeTheFirstSweep() throws IOException {
    assertThat(lines(new Store(folder.resolve("out").toString()))).isEmpty();
  }

  private void saveState(String runId, int step) throws IOException {
    Path state = Files.createDirectories(folder.resolve("state").resolve(runId));
    Files.createFile(state.resolve("step-%08d.state".formatted(step)));
  }

  private static List<String> lines(Store store) throws IOException {
    List<String> lines = new ArrayList<>();
    new StatusJob(Sparks.session(), store, Streams.SILENT)
        .run()
        .rows()
        .forEach(row -> lines.add(Format.json(row)));
    return lines;
  }
}
