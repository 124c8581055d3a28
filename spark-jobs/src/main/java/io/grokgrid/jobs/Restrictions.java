package io.grokgrid.jobs;

import io.grokgrid.base.Nearest;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
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

  /**
   * The same restriction with what the store knows of its sweeps.
   *
   * @param rows all of the store
   * @param damages gets what cannot be read of that
   * @throws RefusedSql if it asks for a sweep that is not there
   */
  public static Views.Restriction found(
      Store store, Dataset<Row> rows, Views.Restriction asked, List<Damage> damages)
      throws IOException {
    Views.Restriction found = asked;
    for (String sweep : asked.sweeps()) {
      SweepLists lists = lists(store, rows, sweep);
      damages.addAll(lists.damages());
      found = found.with(lists);
    }
    return found;
  }

  /** Of a sweep that must be there. */
  private static SweepLists lists(Store store, Dataset<Row> rows, String sweep) throws IOException {
    Configuration hadoop = rows.sparkSession().sparkContext().hadoopConfiguration();
    SweepLists lists = SweepLists.of(store, sweep, hadoop);
    if (lists.of(sweep).isEmpty() && rows.where(functions.col("sweep").equalTo(sweep)).isEmpty()) {
      throw new RefusedSql(
          "--sweep must be a sweep of the store %s, was %s; %s"
              .formatted(
                  store.root(), RefusedSql.cut(sweep, 80), nearest(sweep, names(store, rows))));
    }
    return lists;
  }

  /** Of the sweeps that trained runs or began to. */
  public static List<String> names(Store store, Dataset<Row> rows) throws IOException {
    Configuration hadoop = rows.sparkSession().sparkContext().hadoopConfiguration();
    Set<String> names = new TreeSet<>(SweepLists.of(store, hadoop).runs().keySet());
    names.addAll(
        rows.select("sweep")
            .where("sweep IS NOT NULL")
            .distinct()
            .as(Encoders.STRING())
            .collectAsList());
    return List.copyOf(names);
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
