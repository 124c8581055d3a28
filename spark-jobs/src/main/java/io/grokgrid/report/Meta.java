package io.grokgrid.report;

import io.grokgrid.analysis.Verdict;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Damage;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Versions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** What holds for a whole page: how it was asked for, and what its runs have in common. */
record Meta(Invocation invocation, RunQuestions questions, Map<String, Object> shared) {
  private static final int DIGITS = 4;

  /**
   * Of chosen runs.
   *
   * @param runs all columns of the view
   */
  static Meta of(Invocation invocation, RunQuestions questions, Dataset<Row> runs) {
    return new Meta(invocation, questions, shared(runs, questions.varying()));
  }

  /**
   * As values of JSON.
   *
   * @param every see {@link Contents#every}
   */
  Map<String, @Nullable Object> values(int every, List<Damage> damages) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("version", Versions.builtCode());
    values.put("command", invocation.report());
    values.put("sweeps", invocation.sweeps());
    values.put("watch", invocation.watch());
    values.put("axes", questions.axes().stream().map(Meta::axis).toList());
    values.put("seeds", questions.seeds());
    values.put("shared", shared);
    values.put("digits", DIGITS);
    values.put("curvesEvery", every);
    values.put("frequenciesOf", LearnedQuestions.FREQUENCIES_OF);
    Map<String, Object> boundaries = new LinkedHashMap<>();
    boundaries.put("gradientSymmetricity", Verdict.GRADIENT_SYMMETRICITY);
    boundaries.put("distanceIrrelevance", Verdict.DISTANCE_IRRELEVANCE);
    values.put("boundaries", boundaries);
    values.put("damages", damages.stream().map(Damage::toString).toList());
    return values;
  }

  private static Map<String, String> axis(String column) {
    Map<String, String> axis = new LinkedHashMap<>();
    axis.put("column", column);
    Key.ALL.stream()
        .filter(key -> key.column().equals(column))
        .forEach(key -> axis.put("path", key.path()));
    return axis;
  }

  /** The keys that all runs have with one value, which is not the default. */
  private static Map<String, Object> shared(Dataset<Row> runs, List<String> varying) {
    List<RunSpec> kinds = aRunOfEachKind(runs);
    Map<String, Object> shared = new LinkedHashMap<>();
    for (Key key : Key.ALL) {
      boolean isShared =
          !varying.contains(key.column())
              && !kinds.isEmpty()
              && kinds.stream().allMatch(run -> key.value(run) != null && !key.isStandard(run));
      if (isShared) {
        shared.put(key.path(), Objects.requireNonNull(key.value(kinds.get(0))));
      }
    }
    return shared;
  }

  /** What keys say depends on the kinds of task and network. */
  private static List<RunSpec> aRunOfEachKind(Dataset<Row> runs) {
    Column[] keys = Key.ALL.stream().map(key -> functions.col(key.column())).toArray(Column[]::new);
    List<RunSpec> specs = new ArrayList<>();
    for (Row row : runs.select(keys).dropDuplicates("task", "model").collectAsList()) {
      try {
        specs.add(RunSpecs.of(RunsTable.configuration(row)));
      } catch (IllegalArgumentException | ArithmeticException e) {
        return List.of(); // a row that cannot be: verify says what is wrong with it
      }
    }
    return specs;
  }
}
