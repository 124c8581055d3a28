package io.grokgrid.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.Experiment;
import io.grokgrid.jobs.VerifyJob;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.ExampleAnalyses;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * A store with three runs, two of them with checkpoints and analyses, an older, failed row of one,
 * and what a run under way saved.
 */
public final class Stores {
  public static final List<PlannedRun> RUNS = ExampleAnalyses.runs();
  static final PlannedRun UNDER_WAY = Example.study().runs().get(0);

  private Stores() {}

  public static Store example(Path folder) {
    Store store = ExampleAnalyses.store(folder);
    Example.append(store, 0, Example.failed(RUNS.get(0), "lost", Example.START));
    ExampleAnalyses.append(
        store,
        1,
        ExampleAnalyses.row(RUNS.get(0), 1, "loss", "all_loss", 0.5, 0),
        ExampleAnalyses.row(RUNS.get(1), 0, "loss", "all_loss", 0.25, 0),
        ExampleAnalyses.row(RUNS.get(1), 20, "loss", "all_loss", 0.75, 0));
    save(store, UNDER_WAY);
    return store;
  }

  static void save(Store store, PlannedRun run) {
    SavedRuns saved = new SavedRuns(store, new Configuration());
    var unused =
        new Experiment(run, Device.cpu(), 1, null)
            .run(
                now -> {
                  if (now.state().step() == 3) {
                    saved.save(now);
                  }
                  return now.state().step() < 3;
                },
                (step, file) -> {});
  }

  public static Store copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path there = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(there);
        } else {
          Files.copy(each, there);
        }
      }
    }
    return new Store(to.toUri().toString());
  }

  /**
   * Every row of every run with a digest of its columns; those that are there twice count twice.
   */
  public static SortedMap<String, Long> rows(Store store) {
    try {
      SortedMap<String, Long> rows = new TreeMap<>();
      add(rows, StoredRuns.of(Sparks.session(), store).all());
      add(rows, StoreFiles.ofAnalyses(store, hadoop()).rows(Sparks.session()));
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(SortedMap<String, Long> rows, Dataset<Row> of) {
    Column[] columns = Stream.of(of.columns()).map(functions::col).toArray(Column[]::new);
    of.select(functions.col("run_id"), functions.xxhash64(columns))
        .collectAsList()
        .forEach(row -> rows.merge(row.getString(0) + " " + row.getLong(1), 1L, Long::sum));
  }

  /** What the views show of each run. */
  public static SortedMap<String, String> shown(Store store) throws IOException {
    SortedMap<String, String> shown = new TreeMap<>();
    StoredRuns.of(Sparks.session(), store)
        .rows()
        .select("run_id", "outcome")
        .collectAsList()
        .forEach(row -> assertThat(shown.put(row.getString(0), row.getString(1))).isNull());
    return shown;
  }

  public static Configuration hadoop() {
    return Sparks.session().sparkContext().hadoopConfiguration();
  }

  public static List<VerifyJob.Finding> wrong(Store store) throws IOException {
    return new VerifyJob(Sparks.session(), store, null)
        .run().findings().stream().filter(finding -> !finding.wrong().isEmpty()).toList();
  }

  public static long files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
