package io.grokgrid.learned;

import io.grokgrid.checkpoints.BatteryWork;
import io.grokgrid.checkpoints.CheckpointJob;
import io.grokgrid.checkpoints.Choice;
import io.grokgrid.console.Console;
import io.grokgrid.console.Progress;
import io.grokgrid.console.Table;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Analyses of the checkpoints that runs of a store kept.
 *
 * @param analyses names
 */
record StoreAnalysis(Console console, Store store, Choice choice, List<String> analyses)
    implements Activity {
  private static final List<String> COLUMNS =
      List.of("runs", "checkpoints", "done_before", "analysed", "failed", "seconds");

  @Override
  public String command() {
    return "analyze";
  }

  @Override
  public Words words() {
    return new Words("that ended fulfils the condition", "analyse", "analyses", "analysed");
  }

  @Override
  public @Nullable String where() {
    return choice.restriction().where();
  }

  @Override
  public CheckpointJob.Done run(SparkSession session, Store held, CheckpointJob.Listener listener)
      throws IOException {
    return new CheckpointJob(session, held, choice, new BatteryWork(analyses)).run(listener);
  }

  @Override
  public Progress progress(Map<String, Double> seconds) {
    return Progress.ofCheckpoints(seconds, console.err(), Console.isLive());
  }

  @Override
  public Table summary(SparkSession session, CheckpointJob.Done done) {
    return table(done);
  }

  @Override
  public Table nothing() {
    return table(new CheckpointJob.Done(0, 0, 0, 0, List.of(), false, 0, 0, false));
  }

  private static Table table(CheckpointJob.Done done) {
    return new Table(
        COLUMNS,
        List.of(
            Arrays.<@Nullable Object>asList(
                done.runs(),
                done.checkpoints(),
                done.doneBefore(),
                done.measured(),
                done.failures().size(),
                done.seconds())));
  }
}
