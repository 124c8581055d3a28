package io.grokgrid.tables;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The files of a store's rows, {@code runs/submission=ID/*.parquet}, as its folders list them; what
 * else lies there is damage. Hidden names, which begin with a dot or an underscore, are Spark's and
 * Hadoop's own.
 *
 * @param runs the folder {@code runs}
 * @param submissions the folders in it whose files can all be read at once
 * @param files every file of rows that is not damaged
 * @param alone those of them that lie beside damage, and so are read by their own names
 */
public record StoreFiles(
    Path runs, List<Path> submissions, List<Path> files, List<Path> alone, List<Damage> damages) {
  private static final String SUFFIX = ".parquet";

  /** The magic number at both ends and the footer's length. */
  private static final int SHORTEST = 12;

  /** Sorted by their names; nothing where there is no store. */
  static StoreFiles of(Store store, Configuration hadoop) throws IOException {
    StoreFiles found =
        new StoreFiles(
            store.runs(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    FileSystem files = store.runs().getFileSystem(hadoop);
    if (store.hasRuns(hadoop)) {
      for (FileStatus entry : list(files, store.runs())) {
        found.add(files, entry);
      }
    }
    return found;
  }

  private void add(FileSystem files, FileStatus entry) throws IOException {
    String name = entry.getPath().getName();
    if (!entry.isDirectory()) {
      damage(entry, "is a file beside the folders of submissions", name.endsWith(SUFFIX));
    } else if (!name.startsWith(RunsTable.SUBMISSION + "=")) {
      damage(entry, "is no folder of a submission (submission=ID)", true);
    } else {
      List<Path> whole = new ArrayList<>();
      int damagesBefore = damages.size();
      for (FileStatus file : list(files, entry.getPath())) {
        if (isRows(file)) {
          whole.add(file.getPath());
        }
      }
      this.files.addAll(whole);
      if (damages.size() > damagesBefore) {
        alone.addAll(whole);
      } else if (!whole.isEmpty()) {
        submissions.add(entry.getPath());
      }
    }
  }

  /** Notes what is no file of rows. */
  private boolean isRows(FileStatus file) {
    int before = damages.size();
    if (file.isDirectory()) {
      damage(file, "is a folder where files of rows are", true);
    } else if (!file.getPath().getName().endsWith(SUFFIX)) {
      damage(file, "is no Parquet file by its name", false);
    } else if (file.getLen() == 0) {
      damage(file, "is empty (0 bytes)", true);
    } else if (file.getLen() < SHORTEST) {
      damage(file, "is too short for a Parquet file (" + file.getLen() + " bytes)", true);
    }
    return damages.size() == before;
  }

  private void damage(FileStatus of, String what, boolean holdsRuns) {
    damages.add(new Damage(text(of.getPath()), what, holdsRuns));
  }

  private static List<FileStatus> list(FileSystem files, Path directory) throws IOException {
    try {
      return Arrays.stream(files.listStatus(directory))
          .filter(entry -> !isHidden(entry.getPath().getName()))
          .sorted(Comparator.comparing(FileStatus::getPath))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of(); // it went away while we looked
    }
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  /** Without these files, which turned out to be damaged. */
  StoreFiles without(Collection<Damage> broken) {
    Set<String> names = new HashSet<>();
    broken.forEach(damage -> names.add(damage.path()));
    Set<Path> folders = new TreeSet<>();
    files.stream()
        .filter(file -> names.contains(text(file)))
        .forEach(f -> folders.add(f.getParent()));
    List<Path> left = files.stream().filter(file -> !names.contains(text(file))).toList();
    List<Path> leftAlone =
        left.stream()
            .filter(file -> alone.contains(file) || folders.contains(file.getParent()))
            .toList();
    List<Path> leftWhole =
        submissions.stream().filter(folder -> !folders.contains(folder)).toList();
    List<Damage> all = new ArrayList<>(damages);
    all.addAll(broken);
    return new StoreFiles(runs, leftWhole, left, leftAlone, all);
  }

  /** The rows of these files, with {@link Store#COLUMNS}. */
  Dataset<Row> rows(SparkSession session) {
    List<Path> paths = new ArrayList<>(submissions);
    paths.addAll(alone);
    return rows(session, runs, paths);
  }

  /** The rows of files or folders below {@code runs}; names are taken as they are. */
  static Dataset<Row> rows(SparkSession session, Path runs, Collection<Path> paths) {
    if (paths.isEmpty()) {
      return session.createDataFrame(List.of(), Store.COLUMNS);
    }
    return session
        .read()
        .schema(Store.COLUMNS)
        .option("basePath", runs.toString())
        .option("pathGlobFilter", "*" + SUFFIX)
        .option(NO_GLOBS, "false")
        .parquet(paths.stream().map(Path::toString).toArray(String[]::new));
  }

  /**
   * Spark's own name for this: else brackets, braces, stars and backslashes in a path are a
   * pattern.
   */
  private static final String NO_GLOBS = "__globPaths__";

  /** As people write it: a local file without its scheme. */
  static String text(Path path) {
    return path.toUri().getScheme() == null || "file".equals(path.toUri().getScheme())
        ? path.toUri().getPath()
        : path.toString();
  }
}
