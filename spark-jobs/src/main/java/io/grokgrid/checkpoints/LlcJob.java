package io.grokgrid.checkpoints;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.config.Study;
import io.grokgrid.jobs.QueryJob;
import io.grokgrid.keys.RunId;
import io.grokgrid.store.Kept;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Coefficients;
import io.grokgrid.tables.NamedQuery;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Estimates the local learning coefficient around checkpoints of a study's runs. */
public final class LlcJob {
  private final SparkSession session;
  private final Store store;
  private final Study study;
  private final @Nullable String where;
  private final boolean lastOnly;
  private final LlcWork work;

  /**
   * @param where if any, only of runs for which this condition holds
   * @param lastOnly whether of each run only the last checkpoint
   */
  public LlcJob(
      SparkSession session, Store store, Study study, @Nullable String where, boolean lastOnly)
      throws IOException {
    this.session = session;
    this.store = store.qualified(session.sparkContext().hadoopConfiguration());
    this.study = study;
    this.where = where;
    this.lastOnly = lastOnly;
    work = new LlcWork(study.llc());
  }

  /**
   * Does what is missing, as {@link CheckpointJob#run}.
   *
   * @throws Refused if the store holds estimates of this name with other settings
   */
  public CheckpointJob.Done run(CheckpointJob.Listener listener) throws IOException {
    requireSameSettings();
    Views.Restriction restriction = new Views.Restriction(null, where);
    Choice choice = new Choice(restriction, study, lastOnly);
    return new CheckpointJob(session, store, choice, work).run(listener);
  }

  private void requireSameSettings() throws IOException {
    List<Row> settings = settings().collectAsList();
    Map<String, Kept> runs =
        runs(settings.stream().map(row -> row.getString(0)).distinct().toList());
    Map<String, Problem> problems = new TreeMap<>();
    for (Row row : settings) {
      Kept run = runs.get(row.getString(0));
      if (run != null) {
        compare(run, row.getString(1), row.getDouble(2))
            .ifPresent(problem -> problems.putIfAbsent(problem.field(), problem));
      }
    }
    if (!problems.isEmpty()) {
      throw new Refused(List.copyOf(problems.values()));
    }
  }

  /** run_id, name and value of all settings of estimates of this name. */
  private Dataset<Row> settings() throws IOException {
    return StoredAnalyses.of(session, store)
        .rows()
        .where(functions.array_contains(functions.col("analyses"), work.name()))
        .select(functions.col("run_id"), functions.expr("inline(measurements)"))
        .where(functions.col("analysis").equalTo(work.name()))
        .where(functions.col("name").isInCollection(Coefficients.SETTINGS))
        .where("value IS NOT NULL")
        .select("run_id", "name", "value")
        .distinct()
        .orderBy("run_id", "name", "value");
  }

  /** Those whose rows can be; what is wrong with others is for {@code verify} to say. */
  private Map<String, Kept> runs(List<String> ids) throws IOException {
    Map<String, Kept> runs = new HashMap<>();
    StoredRuns.of(session, store)
        .rows()
        .where(functions.col("run_id").isInCollection(ids))
        .select(Kept.columns())
        .collectAsList()
        .forEach(row -> add(row, runs));
    return runs;
  }

  private static void add(Row row, Map<String, Kept> runs) {
    try {
      Kept run = Kept.of(row);
      runs.put(run.runId(), run);
    } catch (IllegalArgumentException | ArithmeticException e) {
      LoggerFactory.getLogger(LlcJob.class).debug("a row that cannot be", e);
    }
  }

  /** Nothing where the estimates of a run that are there have the value that new ones would. */
  private Optional<Problem> compare(Kept run, String name, double there) {
    Double asked = asked(run, name);
    if (asked == null || asked == there) {
      return Optional.empty();
    }
    boolean isSampler = name.equals(Coefficients.METROPOLIS);
    String rule =
        "must be %s, as of the estimates %s in the store; llc.label = NAME makes others beside them"
            .formatted(text(isSampler, there), work.name());
    return Optional.of(
        new Problem("llc." + (isSampler ? "sampler" : name), rule, text(isSampler, asked)));
  }

  /** Null where there can be no estimates of this run with what is asked. */
  private @Nullable Double asked(Kept run, String name) {
    try {
      return work.settings(run.spec()).get(name);
    } catch (Refused e) {
      return null;
    }
  }

  private static String text(boolean isSampler, double value) {
    if (isSampler) {
      return value == 0 ? "sgld" : "mala";
    }
    return RunId.number(value);
  }

  /** A line an estimate of the chosen checkpoints: {@link NamedQuery#LLC_CHECKPOINTS}, in short. */
  public Dataset<Row> summary() throws IOException {
    session.createDataset(ids(), Encoders.STRING()).createOrReplaceTempView("grid");
    String grid = "run_id IN (SELECT value FROM grid)";
    Views.Restriction restriction =
        new Views.Restriction(null, where == null ? grid : "(" + where + ") AND " + grid);
    String query = NamedQuery.LLC_CHECKPOINTS.key();
    Dataset<Row> all =
        new QueryJob(session, store, restriction, query)
            .run()
            .tables()
            .get(0)
            .where(functions.col("analysis").equalTo(work.name()))
            .drop("analysis", "of_grok_step", "error", "unverified", "localized", "train_loss")
            .drop("test_loss");
    return lastOnly
        ? all.withColumn("last", functions.max("step").over(Window.partitionBy("run_id")))
            .where("step = last")
            .drop("last")
        : all;
  }

  private List<String> ids() {
    return study.runs().stream().flatMap(run -> run.ids().stream()).toList();
  }
}
