package io.grokgrid.verify;

import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Kept;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredWeights;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/** Finds the checkpoints that a run says it has, and holds each against its name and its run. */
final class CheckpointCheck {
  private CheckpointCheck() {}

  /**
   * A checkpoint that is missing or damaged.
   *
   * @param path as people write it
   * @param missing whether it is not there, so that nothing can be taken out
   * @param isDenied whether it may be whole, but is not to be read by this user: nothing is mended
   *     then
   */
  record Flaw(String path, boolean missing, boolean isDenied, String what)
      implements Serializable {}

  /** Of a row that {@link RowCheck} found nothing wrong with. */
  static List<Flaw> of(Row row, Store store, Configuration hadoop) {
    Kept kept = Kept.of(row);
    List<Flaw> wrong = new ArrayList<>();
    for (int step : kept.steps()) {
      flaw(kept.runId(), step, kept.spec(), store, hadoop).ifPresent(wrong::add);
    }
    return wrong;
  }

  private static Optional<Flaw> flaw(
      String runId, int step, RunSpec run, Store store, Configuration hadoop) {
    try {
      float[] unused = StoredWeights.read(store, runId, step, run, hadoop);
      return Optional.empty();
    } catch (StoredWeights.Flaw e) {
      String path = StoreFiles.text(Checkpoints.file(store, runId, step));
      String what = String.valueOf(e.getMessage());
      return Optional.of(new Flaw(path, e.isMissing(), e.isDenied(), what));
    }
  }
}
