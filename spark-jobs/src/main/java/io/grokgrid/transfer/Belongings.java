package io.grokgrid.transfer;

import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * All that a store holds of some of its runs.
 *
 * @param runs by id, those that have a row
 * @param rowFiles of the whole store, without damaged ones
 * @param analysisFiles likewise
 */
record Belongings(Map<String, OfRun> runs, StoreFiles rowFiles, StoreFiles analysisFiles) {

  /** What runs are shown by. */
  record Group(@Nullable String sweep, String outcome) {}

  /** Counts, of a run or of several. */
  record Size(int runs, int rows, int states, int checkpoints, int analyses, long bytes) {
    static final Size NOTHING = new Size(0, 0, 0, 0, 0, 0);

    Size plus(Size other) {
      return new Size(
          runs + other.runs,
          rows + other.rows,
          states + other.states,
          checkpoints + other.checkpoints,
          analyses + other.analyses,
          bytes + other.bytes);
    }
  }

  /**
   * What there is of a run.
   *
   * @param shown where the row is that the views show
   * @param older where the others are
   * @param analyses where the rows are that analyses of its checkpoints found
   * @param bytes about, of rows by their share of a file
   */
  record OfRun(
      Group group,
      RowPlace shown,
      List<RowPlace> older,
      List<RowPlace> analyses,
      int states,
      int checkpoints,
      long bytes) {
    Size size() {
      return new Size(1, 1 + older.size(), states, checkpoints, analyses.size(), bytes);
    }
  }

  /** Of the runs that a restriction leaves; what is damaged is in none of it. */
  static Belongings of(
      SparkSession session, Store store, StoredRuns stored, Views.Restriction restriction)
      throws IOException {
    return new Finder(session, store, stored).find(restriction);
  }

  /** The same of these runs alone. */
  Belongings of(Set<String> runIds) {
    Map<String, OfRun> some = new TreeMap<>(runs);
    some.keySet().retainAll(runIds);
    return new Belongings(some, rowFiles, analysisFiles);
  }

  /** By sweep and outcome, the first run's first. */
  Map<Group, Size> sizes() {
    Map<Group, Size> sizes = new LinkedHashMap<>();
    runs.values().forEach(run -> sizes.merge(run.group, run.size(), Size::plus));
    return sizes;
  }

  Size size() {
    return sizes().values().stream().reduce(Size.NOTHING, Size::plus);
  }

  /** Rows that newer ones took the place of. */
  List<RowPlace> olderRows() {
    return runs.values().stream().flatMap(run -> run.older.stream()).toList();
  }

  List<RowPlace> shownRows() {
    return runs.values().stream().map(OfRun::shown).toList();
  }

  List<RowPlace> analyses() {
    return runs.values().stream().flatMap(run -> run.analyses.stream()).toList();
  }

  /** Looks for them. */
  private static final class Finder {
    private final Store store;
    private final Configuration hadoop;
    private final StoredRuns stored;
    private final StoreFiles rowFiles;
    private final StoreFiles analysisFiles;
    private final Map<String, List<RowPlace>> rows;
    private final Map<String, List<RowPlace>> analyses;
    private final Map<String, Long> bytesARow = new HashMap<>();
    private final Set<String> withCheckpoints;
    private final Set<String> withState;
    private final SavedRuns saved;

    Finder(SparkSession session, Store store, StoredRuns stored) throws IOException {
      this.store = store;
      this.stored = stored;
      hadoop = session.sparkContext().hadoopConfiguration();
      rowFiles = StoreFiles.of(store, hadoop).without(stored.damages());
      analysisFiles = StoreFiles.ofAnalyses(store, hadoop);
      rows = places(stored.all(), rowFiles);
      analyses = places(analysisFiles.rows(session), analysisFiles);
      withCheckpoints = Checkpoints.runs(store, hadoop);
      saved = new SavedRuns(store, hadoop);
      withState =
          saved.newest().stream().map(SavedRuns.SavedState::runId).collect(Collectors.toSet());
    }

    private Map<String, List<RowPlace>> places(Dataset<Row> of, StoreFiles files)
        throws IOException {
      Map<String, List<RowPlace>> places = new HashMap<>();
      if (files.files().isEmpty()) {
        return places;
      }
      Map<String, Integer> rowsAFile = new HashMap<>();
      of.select(StoredRuns.FILE, StoredRuns.ROW, of.col("run_id"))
          .where("run_id IS NOT NULL")
          .collectAsList()
          .forEach(
              row -> {
                RowPlace place = new RowPlace(row.getString(0), row.getLong(1));
                places.computeIfAbsent(row.getString(2), none -> new ArrayList<>()).add(place);
                rowsAFile.merge(place.file(), 1, Integer::sum);
              });
      for (Map.Entry<String, Integer> file : rowsAFile.entrySet()) {
        Path path = new RowPlace(file.getKey(), 0).path();
        long bytes = path.getFileSystem(hadoop).getFileStatus(path).getLen();
        bytesARow.put(file.getKey(), bytes / file.getValue());
      }
      return places;
    }

    Belongings find(Views.Restriction restriction) throws IOException {
      Map<String, OfRun> runs = new TreeMap<>();
      if (!rowFiles.files().isEmpty()) {
        Dataset<Row> chosen = restriction.of(stored.rows());
        for (Row row :
            chosen
                .select(
                    chosen.col("run_id"),
                    chosen.col("sweep"),
                    chosen.col("outcome"),
                    StoredRuns.FILE,
                    StoredRuns.ROW)
                .collectAsList()) {
          Group group = new Group(row.getString(1), row.getString(2));
          RowPlace shown = new RowPlace(row.getString(3), row.getLong(4));
          runs.put(row.getString(0), ofRun(row.getString(0), group, shown));
        }
      }
      return new Belongings(runs, rowFiles, analysisFiles);
    }

    private OfRun ofRun(String runId, Group group, RowPlace shown) throws IOException {
      List<RowPlace> older = new ArrayList<>(rows.getOrDefault(runId, List.of()));
      older.remove(shown);
      List<RowPlace> analysed = analyses.getOrDefault(runId, List.of());
      List<Checkpoints.KeptFile> checkpoints =
          withCheckpoints.contains(runId) ? Checkpoints.kept(store, runId, hadoop) : List.of();
      long bytes = bytes(Set.of(shown)) + bytes(older) + bytes(analysed);
      bytes += checkpoints.stream().mapToLong(Checkpoints.KeptFile::bytes).sum();
      bytes += withState.contains(runId) ? saved.bytes(runId) : 0;
      return new OfRun(
          group,
          shown,
          older,
          analysed,
          withState.contains(runId) ? 1 : 0,
          checkpoints.size(),
          bytes);
    }

    private long bytes(Iterable<RowPlace> places) {
      long bytes = 0;
      for (RowPlace place : places) {
        bytes += bytesARow.getOrDefault(place.file(), 0L);
      }
      return bytes;
    }
  }
}
