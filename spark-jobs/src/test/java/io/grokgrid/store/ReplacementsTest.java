package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplacementsTest {
  /** Nothing is done of a journal that leads out of the rows, what comes before that included. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../victim",
        "runs/../../victim",
        "runs/%2e%2e/%2E%2E/victim",
        "runs/submission=a/../../claim",
        "/etc/passwd",
        "file:///etc/passwd",
        "//host/runs/a",
        "state/a/step-00000001.state",
        "runs/.hidden/a",
        "runs/a b"
      })
  void aJournalDeletesNothingButRows(String bad, @TempDir Path folder) throws Exception {
    Path victim = Files.writeString(folder.resolve("victim"), "kept");
    Path out = folder.resolve("out");
    Path row = out.resolve("runs/submission=a/part-0.parquet");
    Files.createDirectories(row.getParent());
    Files.writeString(row, "kept");
    Files.createDirectories(out.resolve(".compacting"));
    Files.writeString(
        out.resolve(".compacting/journal"),
        "put \nreplaced runs/submission=a/part-0.parquet\nreplaced " + bad + "\n");
    Replacements replacements = new Replacements(new Store(out.toString()), new Configuration());
    assertThatThrownBy(replacements::finish)
        .isInstanceOf(BrokenStore.class)
        .hasMessageContaining("must name files below runs and analyses only, was " + bad);
    assertThat(victim).hasContent("kept");
    assertThat(row).hasContent("kept");
  }
}
