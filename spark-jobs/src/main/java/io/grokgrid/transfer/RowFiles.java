package io.grokgrid.transfer;

import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import io.grokgrid.tables.RunsTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Files of rows in a store whose claim this process holds. A file that is written anew without some
 * of its rows is in its place before the old one goes; a kill in between leaves rows twice, of
 * which the views show one, and both files have one name up to the first dot.
 */
final class RowFiles {
  private final SparkSession session;
  private final FileSystem files;
  private final Path beside;

  RowFiles(SparkSession session, Store store) throws IOException {
    this.session = session;
    Path root = new Path(store.root());
    files = root.getFileSystem(session.sparkContext().hadoopConfiguration());
    beside = new Path(root, ".rewriting");
  }

  /** Takes back what was begun and not ended: what was to be taken out is in the larger file. */
  void tidy(StoreFiles found) throws IOException {
    files.delete(beside, true);
    Map<String, List<Path>> byName = new HashMap<>();
    found
        .files()
        .forEach(file -> byName.computeIfAbsent(name(file), n -> new ArrayList<>()).add(file));
    for (List<Path> alike : byName.values()) {
      if (alike.size() > 1) {
        keepLargest(found, alike);
      }
    }
  }

  /** Its folder and name up to the first dot. */
  private static String name(Path file) {
    return file.toString().substring(0, file.toString().length() - suffix(file).length());
  }

  /** Of its name, from the first dot on. */
  private static String suffix(Path file) {
    String name = file.getName();
    return name.substring(Math.max(0, name.indexOf('.')));
  }

  /** A file with a digest of each distinct row, and how often it is there. */
  private record Content(Path file, Map<Long, Long> rows) {
    boolean isPartOf(Content other) {
      return rows.size() < other.rows.size() && other.rows.entrySet().containsAll(rows.entrySet());
    }
  }

  private void keepLargest(StoreFiles of, List<Path> alike) throws IOException {
    List<Content> contents = new ArrayList<>();
    for (Path file : alike) {
      Map<Long, Long> rows = contents(StoreFiles.rows(session, of.of(), List.of(file)));
      contents.add(new Content(file, rows));
    }
    for (Content each : contents) {
      if (contents.stream().anyMatch(each::isPartOf)) {
        files.delete(each.file, false);
      }
    }
  }

  /** A digest of each distinct row, with how often it is there. */
  private static Map<Long, Long> contents(Dataset<Row> rows) {
    Map<Long, Long> contents = new HashMap<>();
    rows.select(functions.xxhash64(columns(rows)))
        .collectAsList()
        .forEach(row -> contents.merge(row.getLong(0), 1L, Long::sum));
    return contents;
  }

  private static Column[] columns(Dataset<Row> rows) {
    return Stream.of(rows.columns()).map(functions::col).toArray(Column[]::new);
  }

  /** Takes these rows out of their files, and files out that had no others. */
  void takeOut(StoreFiles of, List<RowPlace> rows) throws IOException {
    Map<String, List<RowPlace>> byFile =
        rows.stream().collect(Collectors.groupingBy(RowPlace::file));
    for (List<RowPlace> places : byFile.values()) {
      Path file = places.get(0).path();
      Dataset<Row> all = StoreFiles.rows(session, of.of(), List.of(file));
      Dataset<Row> left = StoredRuns.without(all, places);
      if (left.count() > 0) {
        write(left, file);
      }
      files.delete(file, false);
      deleteIfEmpty(file.getParent());
    }
  }

  /**
   * Writes rows to one file, and reads them again.
   *
   * @param place whose folder and name up to the first dot it gets
   * @return its bytes
   * @throws IOException if what is read back is not what was written
   */
  long write(Dataset<Row> rows, Path place) throws IOException {
    files.delete(beside, true);
    Dataset<Row> plain = rows.drop(RunsTable.SUBMISSION);
    Store.write(plain.coalesce(1), beside);
    Dataset<Row> written = session.read().schema(plain.schema()).parquet(beside.toString());
    if (!contents(written).equals(contents(plain))) {
      throw new IOException("what is read back of " + StoreFiles.text(beside) + " is other rows");
    }
    files.mkdirs(place.getParent());
    long bytes = 0;
    for (FileStatus file : files.listStatus(beside)) {
      Path path = file.getPath();
      if (path.getName().endsWith(".parquet")) {
        String base =
            place.getName().substring(0, place.getName().length() - suffix(place).length());
        bytes += file.getLen();
        move(path, new Path(place.getParent(), base + suffix(path)));
      }
    }
    files.delete(beside, true);
    return bytes;
  }

  private void move(Path from, Path to) throws IOException {
    if (!files.rename(from, to) && !files.exists(to)) {
      throw new IOException("cannot move " + from + " to " + to);
    }
  }

  /** Hidden files are Spark's own. */
  private void deleteIfEmpty(Path folder) throws IOException {
    for (FileStatus entry : files.listStatus(folder)) {
      if (!entry.getPath().getName().matches("[._].*")) {
        return;
      }
    }
    files.delete(folder, true);
  }
}
