package io.grokgrid.jobs;

import io.grokgrid.experiment.RunId;
import io.grokgrid.experiment.RunSpecs;
import io.grokgrid.experiment.Study;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Store;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** Proves a store whole: reads all of it and checks every row against itself. */
public final class VerifyJob {
  private static final int NAMED = 20;

  /** Milestones as the recorded steps say; NaN counts as larger than any number in SQL. */
  private static final String INCONSISTENT =
      """
      outcome IS NULL
      OR (outcome = 'failed') <> (error IS NOT NULL)
      OR memorised_step IS DISTINCT FROM get(filter(metrics,
        m -> m.train_accuracy >= 0.99 AND NOT isnan(m.train_accuracy)), 0).step
      OR grok_step IS DISTINCT FROM get(filter(metrics,
        m -> m.test_accuracy >= 0.99 AND NOT isnan(m.test_accuracy)), 0).step
      OR grok_delay IS DISTINCT FROM grok_step - memorised_step
      OR outcome NOT IN ('failed', 'diverged') AND CASE
        WHEN grok_step > 2 * memorised_step THEN outcome <> 'grokked'
        WHEN grok_step IS NOT NULL THEN outcome <> 'comprehended'
        WHEN outcome = 'out_of_time' THEN false
        WHEN memorised_step IS NOT NULL THEN outcome <> 'memorised'
        ELSE outcome <> 'confused' END
      """;

  private static final String CUT_SHORT =
      "outcome <> 'failed' AND last_step IS DISTINCT FROM try_element_at(metrics, -1).step";

  /**
   * What one check found.
   *
   * @param found how many things are wrong
   * @param detail what they are, the first twenty by name
   */
  public record Finding(String check, int found, String detail) {}

  private final SparkSession session;
  private final Store store;
  private final @Nullable Study study;

  /**
   * @param study whose grid must be in the store, if any
   */
  public VerifyJob(SparkSession session, Store store, @Nullable Study study) {
    this.session = session;
    this.store = store;
    this.study = study;
  }

  /** A finding a check, also where nothing is wrong. */
  public List<Finding> run() throws IOException {
    Dataset<Row> all = store.read(session);
    List<String> files = List.of(all.inputFiles());
    List<String> unreadable = isReadable(all) ? List.of() : unreadable(files);
    List<String> readable = new ArrayList<>(files);
    readable.removeAll(unreadable);
    Dataset<Row> rows = unreadable.isEmpty() ? all : read(readable);
    List<Finding> findings = new ArrayList<>();
    findings.add(finding("unreadable files", unreadable, "of %d".formatted(files.size())));
    findings.add(twice(rows));
    findings.add(misnamed(rows));
    findings.add(finding("last metrics are not of the last step", ids(rows, CUT_SHORT), ""));
    findings.add(finding("outcome does not follow from metrics", ids(rows, INCONSISTENT), ""));
    if (study != null) {
      findings.add(missing(rows, study));
    }
    return findings;
  }

  /** The names of the files that cannot be read to the end, found one by one. */
  private List<String> unreadable(List<String> files) {
    return files.stream().filter(file -> !isReadable(read(List.of(file)))).toList();
  }

  private Dataset<Row> read(List<String> files) {
    if (files.isEmpty()) {
      return session.createDataFrame(List.of(), Store.COLUMNS);
    }
    return session
        .read()
        .schema(Store.COLUMNS)
        .option("basePath", store.runs().toString())
        .parquet(
            files.stream()
                .map(file -> new Path(URI.create(file)).toString())
                .toArray(String[]::new));
  }

  /** Hashes every column of every row, so that all of them are decoded. */
  private static boolean isReadable(Dataset<Row> rows) {
    Column[] columns = List.of(rows.columns()).stream().map(functions::col).toArray(Column[]::new);
    try {
      rows.select(functions.xxhash64(columns).as("hash"))
          .agg(functions.bit_xor(functions.col("hash")))
          .head();
      return true;
    } catch (Exception e) {
      // Spark throws its own, Parquet's and Hadoop's exceptions, declared by none.
      return false;
    }
  }

  private static Finding twice(Dataset<Row> rows) {
    Dataset<Row> twice =
        rows.where("outcome NOT IN ('failed', 'diverged')")
            .groupBy("run_id")
            .count()
            .where("count > 1")
            .orderBy("run_id")
            .select("run_id");
    return finding("finished runs with two rows", strings(twice), "");
  }

  /** Rows whose id is not that of their own configuration. */
  private static Finding misnamed(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>(List.of(functions.col("run_id")));
    RunsTable.keyColumns().forEach(key -> columns.add(functions.col(key)));
    List<String> misnamed = new ArrayList<>();
    Iterator<Row> each = rows.select(columns.toArray(Column[]::new)).toLocalIterator();
    while (each.hasNext()) {
      Row row = each.next();
      String id = row.getString(0);
      if (id == null || !id.equals(id(row))) {
        misnamed.add(String.valueOf(id));
      }
    }
    return finding("run_id is not that of the row's configuration", misnamed, "");
  }

  /** The id that a row should have, or what is wrong with its configuration. */
  private static String id(Row row) {
    try {
      return RunId.of(RunSpecs.of(RunsTable.configuration(row)));
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Finding missing(Dataset<Row> rows, Study study) {
    Set<String> there = new HashSet<>(strings(rows.select("run_id")));
    List<String> missing =
        study.runs().stream().map(Study.PlannedRun::id).filter(id -> !there.contains(id)).toList();
    return finding("missing runs of the grid", missing, "of %d".formatted(study.runs().size()));
  }

  private static List<String> ids(Dataset<Row> rows, String condition) {
    return strings(rows.where(condition).select("run_id"));
  }

  private static List<String> strings(Dataset<Row> column) {
    return column.collectAsList().stream().map(row -> String.valueOf(row.get(0))).toList();
  }

  private static Finding finding(String check, Collection<String> wrong, String outOf) {
    List<String> named = wrong.stream().limit(NAMED).toList();
    String more = wrong.size() > NAMED ? ", .." : "";
    return new Finding(
        check, wrong.size(), (outOf + " " + String.join(", ", named) + more).strip());
  }
}
