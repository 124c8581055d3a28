package io.grokgrid.store;

import io.grokgrid.tables.RunsTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The files of a {@link DataSet}, {@code submission=ID/*.parquet}, as its folders list them; what
 * else lies there is damage. Hidden names, which begin with a dot or an underscore, are Spark's and
 * Hadoop's own.
 *
 * @param files those that are not damaged, by name
 * @param bytes in all that were found
 */
public record StoreFiles(DataSet of, List<Path> files, List<Damage> damages, long bytes) {
  private static final String SUFFIX = ".parquet";

  /** The magic number at both ends and the footer's length. */
  private static final int SHORTEST = 12;

  /** What Java shows in place of bytes that are no character. */
  private static final String NO_LETTER = "\ufffd";

  /**
   * Spark's own name for this: without it brackets, braces, stars and backslashes in a path are a
   * pattern.
   */
  private static final String GLOBS = "__globPaths__";

  /** Of runs. Nothing where there is no store. */
  public static StoreFiles of(Store store, Configuration hadoop) throws IOException {
    return of(store.runRows(), store.hasRuns(hadoop), hadoop);
  }

  /** Of analyses. Nothing where there are none. */
  public static StoreFiles ofAnalyses(Store store, Configuration hadoop) throws IOException {
    return of(store.analysisRows(), store.hasAnalyses(hadoop), hadoop);
  }

  private static StoreFiles of(DataSet of, boolean isThere, Configuration hadoop)
      throws IOException {
    List<Path> found = new ArrayList<>();
    List<Damage> damages = new ArrayList<>();
    long bytes = 0;
    if (isThere) {
      FileSystem files = of.folder().getFileSystem(hadoop);
      for (FileStatus entry : list(files, of.folder(), damages)) {
        if (isSubmission(entry, damages)) {
          for (FileStatus file : list(files, entry.getPath(), damages)) {
            if (isFileOfRows(file, damages)) {
              found.add(file.getPath());
              bytes += file.getLen();
            }
          }
        }
      }
    }
    return new StoreFiles(of, found, List.of(), bytes).without(damages);
  }

  private static boolean isSubmission(FileStatus entry, List<Damage> damages) {
    String name = entry.getPath().getName();
    String what =
        !entry.isDirectory()
            ? "is a file beside the folders of submissions"
            : name.matches(RunsTable.SUBMISSION + "=.+")
                ? ""
                : "is no folder of a submission (submission=ID)";
    return isWhole(entry, what, entry.isDirectory() || name.endsWith(SUFFIX), damages);
  }

  private static boolean isFileOfRows(FileStatus file, List<Damage> damages) {
    boolean named = file.getPath().getName().endsWith(SUFFIX);
    String what = "";
    if (isHidden(file)) {
      what = "is hidden from Spark by its name, but not from other engines";
    } else if (file.isDirectory()) {
      what = "is a folder where files of rows are";
    } else if (!named) {
      what = "is no Parquet file by its name";
    } else if (file.getLen() == 0) {
      what = "is empty (0 bytes)";
    } else if (file.getLen() < SHORTEST) {
      what = "is too short for a Parquet file (" + file.getLen() + " bytes)";
    }
    return isWhole(file, what, file.isDirectory() || named, damages);
  }

  private static boolean isWhole(
      FileStatus entry, String what, boolean holdsRuns, List<Damage> damages) {
    if (!what.isEmpty()) {
      damages.add(new Damage(text(entry.getPath()), what, holdsRuns));
    }
    return what.isEmpty();
  }

  /** But for hidden names, unless they are of files that other engines take for rows. */
  private static List<FileStatus> list(FileSystem files, Path folder, List<Damage> damages)
      throws IOException {
    try {
      List<FileStatus> all = List.of(files.listStatus(folder));
      if ("file".equals(folder.toUri().getScheme()) || files instanceof LocalFileSystem) {
        noteUnlisted(files.makeQualified(folder), all, damages);
      }
      return all.stream()
          .filter(e -> !isHidden(e) || (e.isFile() && e.getPath().getName().endsWith(SUFFIX)))
          .sorted(Comparator.comparing(FileStatus::getPath))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of(); // it went away while we looked
    } catch (AccessDeniedException | AccessControlException e) {
      damages.add(Damage.denied(text(folder)));
      return List.of();
    }
  }

  private static boolean isHidden(FileStatus entry) {
    return entry.getPath().getName().matches("[._].*");
  }

  /** Hadoop leaves out links to nothing, and names that are not in the locale's letters. */
  private static void noteUnlisted(Path folder, List<FileStatus> listed, List<Damage> damages)
      throws IOException {
    Set<String> names =
        listed.stream().map(entry -> entry.getPath().getName()).collect(Collectors.toSet());
    try (DirectoryStream<java.nio.file.Path> all =
        Files.newDirectoryStream(java.nio.file.Path.of(folder.toUri().getPath()))) {
      for (java.nio.file.Path entry : all) {
        String name = entry.getFileName().toString();
        boolean dangles = Files.isSymbolicLink(entry) && !Files.exists(entry);
        // One that is there only now may be of a sweep under way.
        if (!names.contains(name) && (dangles || name.contains(NO_LETTER))) {
          damages.add(
              new Damage(
                  text(folder) + "/" + name,
                  dangles ? "is a link to nothing" : "has a name that is not UTF-8",
                  true,
                  "delete it or move it away"));
        }
      }
    }
  }

  /** The same with more damage, which may be of these files. */
  public StoreFiles without(Collection<Damage> more) {
    Set<String> damaged = more.stream().map(Damage::path).collect(Collectors.toSet());
    List<Path> whole = files.stream().filter(file -> !damaged.contains(text(file))).toList();
    List<Damage> all = new ArrayList<>(damages);
    all.addAll(more);
    return new StoreFiles(of, whole, List.copyOf(all), bytes);
  }

  /**
   * The rows of these files, with all columns. Files beside damage are read by their own names, all
   * others by their folders, of which there are far fewer.
   */
  public Dataset<Row> rows(SparkSession session) {
    Set<String> mixed =
        damages.stream()
            .map(damage -> text(new Path(damage.path()).getParent()))
            .collect(Collectors.toSet());
    Set<Path> paths =
        files.stream()
            .map(file -> mixed.contains(text(file.getParent())) ? file : file.getParent())
            .collect(Collectors.toSet());
    return rows(session, of, paths);
  }

  /** The rows of some files or folders of a data set. */
  public static Dataset<Row> rows(SparkSession session, DataSet of, Collection<Path> paths) {
    if (paths.isEmpty()) {
      return session.createDataFrame(List.of(), of.columns());
    }
    return session
        .read()
        .schema(of.columns())
        .option("basePath", of.folder().toString())
        .option("pathGlobFilter", "*" + SUFFIX)
        .option(GLOBS, "false")
        .parquet(paths.stream().map(Path::toString).toArray(String[]::new));
  }

  /** As people write it: a local file without its scheme. */
  public static String text(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file") ? path.toUri().getPath() : path.toString();
  }
}
