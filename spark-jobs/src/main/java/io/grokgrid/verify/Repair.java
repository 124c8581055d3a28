package io.grokgrid.verify;

import io.grokgrid.store.Damage;
import io.grokgrid.store.DataSet;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import io.grokgrid.store.SweepLists;
import io.grokgrid.tables.RunsTable;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Takes what is wrong out of a store, to {@code OUT/removed/TIME/}, from where it can be taken
 * back: damaged files and folders, rows that contradict themselves or are there twice, damaged
 * checkpoints. Whoever does so holds the store's {@link io.grokgrid.store.Claim}. Cut at any moment
 * it leaves nothing worse than rows that are there twice.
 */
public final class Repair {
  private final SparkSession session;
  private final Store store;
  private final Consumer<String> done;
  private final FileSystem files;
  private final Path removed;

  /**
   * @param done told of each thing that was taken out
   */
  public Repair(SparkSession session, Store store, Consumer<String> done) throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    this.session = session;
    this.store = store.qualified(hadoop);
    this.done = done;
    Path root = new Path(this.store.root());
    files = root.getFileSystem(hadoop);
    removed = new Path(root, "removed/" + Store.newSubmission(Instant.now()));
  }

  /** Mends what an inspection of the store found. */
  public void run(Inspection found) throws IOException {
    takeOut(found.files(), found.rowsToTakeOut());
    for (CheckpointCheck.Flaw checkpoint : found.checkpoints().toList()) {
      if (!checkpoint.missing() && !checkpoint.isDenied()) {
        takeOut(new Path(checkpoint.path()));
      }
    }
  }

  /** Mends what an inspection of the analyses found; what is then missing can be made again. */
  public void run(AnalysesInspection found) throws IOException {
    takeOut(found.files(), found.rowsToTakeOut());
  }

  /** Takes out lists of runs that are damaged. */
  public void run(SweepLists found) throws IOException {
    takeOut(found.damages());
  }

  private void takeOut(Collection<Damage> damages) throws IOException {
    for (Damage damage : damages) {
      if (damage.isToTakeOut()) {
        takeOut(new Path(damage.path()));
      }
    }
  }

  /** Takes out damaged files, and these rows of the others. */
  private void takeOut(StoreFiles found, List<RowPlace> rows) throws IOException {
    takeOut(found.damages());
    Map<String, List<RowPlace>> byFile =
        rows.stream().collect(Collectors.groupingBy(RowPlace::file));
    for (List<RowPlace> places : byFile.values()) {
      takeOut(found.of(), places);
    }
  }

  /** Writes a file anew without these rows, and takes the old one out. */
  private void takeOut(DataSet of, List<RowPlace> places) throws IOException {
    Path file = places.get(0).path();
    Path folder = file.getParent();
    Dataset<Row> rows = StoreFiles.rows(session, of, List.of(file));
    Dataset<Row> left = StoredRuns.without(rows, places).drop(RunsTable.SUBMISSION);
    if (left.count() > 0) {
      Path beside = new Path(removed, ".rewritten-" + UUID.randomUUID());
      Store.write(left.coalesce(1), beside);
      for (FileStatus written : files.listStatus(beside)) {
        if (written.getPath().getName().endsWith(".parquet")) {
          move(written.getPath(), new Path(folder, written.getPath().getName()));
        }
      }
      files.delete(beside, true);
    }
    done.accept(places.size() + " row(s) of " + StoreFiles.text(file));
    takeOut(file);
  }

  /** Moves a file or folder of the store below {@link #removed}, by the same path. */
  private void takeOut(Path path) throws IOException {
    Path root = files.makeQualified(new Path(store.root()));
    Path whole = files.makeQualified(path);
    String below = root.toUri().relativize(whole.toUri()).getPath();
    Path there = new Path(removed, below.isEmpty() ? whole.getName() : below);
    try {
      files.mkdirs(there.getParent());
      move(whole, there);
      done.accept(StoreFiles.text(whole) + " is now " + StoreFiles.text(there));
    } catch (IOException | IllegalArgumentException e) {
      // Of a name that Hadoop cannot have, the checksum beside is not moved.
      done.accept(
          StoreFiles.text(whole)
              + (files.exists(whole) ? " cannot be moved: " + e.getMessage() : " was moved"));
    }
  }

  private void move(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("cannot move " + from + " to " + to);
    }
  }
}
