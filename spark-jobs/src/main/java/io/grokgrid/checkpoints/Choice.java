package io.grokgrid.checkpoints;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.store.Kept;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.Views;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Which of a store's checkpoints.
 *
 * @param restriction of which runs
 * @param study if any, only of those of its grid
 * @param lastOnly whether of each run only the last one
 */
public record Choice(Views.Restriction restriction, @Nullable Study study, boolean lastOnly) {
  /** The same of other runs. */
  Choice with(Views.Restriction other) {
    return new Choice(other, study, lastOnly);
  }

  /**
   * The runs that did not fail, by id; of one whose row is wrong nothing can be said.
   *
   * @param failures gets what is wrong
   */
  List<Kept> runs(StoredRuns stored, Set<String> failures) {
    List<Kept> runs = new ArrayList<>();
    Set<String> ofGrid = ofGrid();
    restriction
        .of(stored.rows())
        .where("outcome <> 'failed'")
        .select(Kept.columns())
        .orderBy("run_id")
        .collectAsList()
        .stream()
        .filter(row -> study == null || ofGrid.contains(row.<String>getAs("run_id")))
        .forEach(row -> kept(row, runs, failures));
    return runs;
  }

  private Set<String> ofGrid() {
    Stream<PlannedRun> runs = study == null ? Stream.of() : study.runs().stream();
    return runs.flatMap(run -> run.ids().stream()).collect(Collectors.toSet());
  }

  private static void kept(Row row, List<Kept> runs, Set<String> failures) {
    try {
      runs.add(Kept.of(row));
    } catch (IllegalArgumentException | ArithmeticException e) {
      failures.add("run " + row.getAs("run_id") + " has a row that cannot be: " + e.getMessage());
    }
  }

  /** The steps of a run's checkpoints. */
  SortedSet<Integer> steps(Kept run) {
    SortedSet<Integer> steps = run.steps();
    return lastOnly && !steps.isEmpty() ? steps.tailSet(steps.last()) : steps;
  }
}
