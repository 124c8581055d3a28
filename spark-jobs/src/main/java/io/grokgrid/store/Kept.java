package io.grokgrid.store;

import io.grokgrid.base.Check;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.train.Milestones;
import java.util.Locale;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * A run that ended, with the steps whose weights it kept.
 *
 * @param steps none of a run that was not to keep any
 */
public record Kept(String runId, RunSpec spec, SortedSet<Integer> steps) {
  /** The columns of a run's row that say so. */
  public static Column[] columns() {
    return Stream.concat(
            Stream.of("run_id", "outcome", "last_step", "memorised_step", "grok_step"),
            Key.ALL.stream().map(Key::column))
        .map(functions::col)
        .toArray(Column[]::new);
  }

  /**
   * Of a row with these columns.
   *
   * @throws IllegalArgumentException if the row contradicts itself
   */
  public static Kept of(Row row) {
    String runId = row.getAs("run_id");
    RunSpec spec = RunSpecs.of(RunsTable.configuration(row));
    String id = RunId.of(spec);
    Integer last = row.getAs("last_step");
    new Check()
        .that(id.equals(runId), "run_id", "must be that of the row's configuration, " + id, runId)
        .that(last != null, "last_step", "must be a number", "null")
        .done();
    return new Kept(runId, spec, Checkpoints.steps(spec, end(row, last == null ? 0 : last)));
  }

  private static Checkpoints.End end(Row row, int last) {
    Outcome outcome = Outcome.valueOf(row.<String>getAs("outcome").toUpperCase(Locale.ROOT));
    Milestones reached = new Milestones(row.getAs("memorised_step"), row.getAs("grok_step"), null);
    boolean old = row.getAs("checkpoint_steps") == null;
    return new Checkpoints.End(last, outcome, reached, old);
  }
}
