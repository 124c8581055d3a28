package io.grokgrid.learned;

import io.grokgrid.checkpoints.CheckpointJob;
import io.grokgrid.checkpoints.LlcJob;
import io.grokgrid.checkpoints.LlcWork;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.session.SparkRows;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Estimates of the local learning coefficient around checkpoints of a study's runs.
 *
 * @param where the condition on runs, if there is any
 * @param lastOnly whether of each run only the last checkpoint
 */
record StoreLlc(Console console, Store store, Study study, @Nullable String where, boolean lastOnly)
    implements Activity {
  private static final List<String> COLUMNS =
      List.of("run_id", "step", "llc", "std", "verdict", "r_hat", "acceptance");

  @Override
  public String command() {
    return "llc";
  }

  @Override
  public Words words() {
    String noRuns = "of the grid has ended" + (where == null ? "" : " and fulfils the condition");
    return new Words(noRuns, "estimate it of", "estimates", "estimated");
  }

  private LlcJob job(SparkSession session, Store of) throws IOException {
    return new LlcJob(session, of, study, where, lastOnly);
  }

  @Override
  public CheckpointJob.Done run(SparkSession session, Store held, CheckpointJob.Listener listener)
      throws IOException {
    return job(session, held).run(listener);
  }

  @Override
  public Progress progress(Map<String, Double> seconds) {
    return Progress.ofSamples(
        seconds, new LlcWork(study.llc()).parts(), console.err(), Console.isLive());
  }

  @Override
  public Table summary(SparkSession session, CheckpointJob.Done done) throws IOException {
    return SparkRows.table(job(session, store).summary());
  }

  @Override
  public Table nothing() {
    return new Table(COLUMNS, List.of());
  }
}
