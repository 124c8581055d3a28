package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropIT {
  private static final long POLL_NANOS = 1_000_000;

  private static List<String> runs(Store store) throws IOException {
    return StoredRuns.of(Sparks.session(), store).rows().select("run_id").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** Killed as soon as it took the first thing out; its claim is broken by the next. */
  @Test
  void isEndedByTheSameCommandAfterAKill(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("out");
    Store store = ExampleAnalyses.store(out);
    String gone = ExampleAnalyses.runs().get(0).id();
    List<String> drop = List.of("drop", "--where", "seed = 0", "--yes", "--out", out.toString());
    Path checkpoints = out.resolve("checkpoints").resolve(gone);
    try (Grokgrid.Started killed = Grokgrid.start(drop, Map.of(), folder)) {
      while (killed.isAlive() && Files.exists(checkpoints)) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      killed.kill();
    }
    assertThat(checkpoints).doesNotExist();
    assertThat(runs(store)).hasSizeBetween(2, 3);

    Grokgrid.Result again = Grokgrid.run(drop, Map.of(), folder);

    assertThat(again.exitCode()).as(again.stderr()).isZero();
    assertThat(runs(store)).hasSize(2).doesNotContain(gone);
    for (String left : runs(store)) {
      boolean kept = Checkpoints.runs(store, new Configuration()).contains(left);
      assertThat(kept).isEqualTo(!left.equals(ExampleAnalyses.runs().get(2).id()));
    }
    VerifyJob.Verdict verdict = new VerifyJob(Sparks.session(), store, null).run();
    assertThat(verdict.isWhole()).as(verdict.toString()).isTrue();
  }
}
