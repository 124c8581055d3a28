package io.grokgrid.jobs;

import io.grokgrid.base.Nearest;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Store;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;
import org.jspecify.annotations.Nullable;

/** What a user may ask for of a store's runs. */
public final class Restrictions {
  /** A message names this many of the sweeps there are. */
  private static final int NAMED_SWEEPS = 5;

  private Restrictions() {}

  /**
   * Refuses what is no condition over the columns of a run.
   *
   * @param option where the condition stands
   */
  public static void requireCondition(
      SparkSession session, Questions questions, @Nullable String where, String option) {
    if (where != null) {
      LogicalPlan none = session.createDataFrame(List.of(), Store.COLUMNS).logicalPlan();
      questions.requireCondition(session, none, where, option);
    }
  }

  /** Refuses a sweep that these rows are not of. */
  public static void requireSweep(Store store, Dataset<Row> rows, @Nullable String sweep) {
    if (sweep == null) {
      return;
    }
    List<String> sweeps =
        rows.select("sweep")
            .where("sweep IS NOT NULL")
            .distinct()
            .as(Encoders.STRING())
            .collectAsList();
    if (!sweeps.contains(sweep)) {
      throw new RefusedSql(
          "--sweep must be a sweep of the store %s, was %s; %s"
              .formatted(store.root(), RefusedSql.cut(sweep, 80), nearest(sweep, sweeps)));
    }
  }

  /** Which sweeps there are. */
  private static String nearest(String sweep, List<String> sweeps) {
    if (sweeps.isEmpty()) {
      return "the store holds no runs yet";
    }
    String nearest =
        sweeps.stream()
            .sorted(
                Comparator.comparingInt((String name) -> Nearest.distance(sweep, name))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(NAMED_SWEEPS)
            .map(name -> RefusedSql.cut(name, 80))
            .collect(Collectors.joining(", "));
    boolean more = sweeps.size() > NAMED_SWEEPS;
    return "there is " + nearest + (more ? ", .. (%d in all)".formatted(sweeps.size()) : "");
  }
}
