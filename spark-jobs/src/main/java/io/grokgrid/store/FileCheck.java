package io.grokgrid.store;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;

/** Reads files of rows to their end, and says what is wrong with which. */
public final class FileCheck implements FlatMapFunction<String, Damage> {
  private static final long serialVersionUID = 1L;

  private static final int MOST_CHARACTERS = 200;

  /** How the message of the JDK ends for a file that this user may not read. */
  private static final String DENIED = "(Permission denied)";

  private final SerializableConfiguration hadoop;

  private FileCheck(Configuration hadoop) {
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  /** Every damaged one of {@code files}. */
  public static List<Damage> broken(SparkSession session, StoreFiles files) {
    List<Damage> broken = new ArrayList<>(damaged(session, files));
    broken.addAll(unreadable(session, files.without(broken)));
    return broken;
  }

  /** Those whose content is not what was written, as far as the files themselves say. */
  public static List<Damage> damaged(SparkSession session, StoreFiles files) {
    if (files.files().isEmpty()) {
      return List.of();
    }
    FileCheck check = new FileCheck(session.sparkContext().hadoopConfiguration());
    List<String> paths = files.files().stream().map(Path::toString).toList();
    int slots = session.sparkContext().defaultParallelism();
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(paths, Math.min(paths.size(), 4 * slots))
        .flatMap(check)
        .collect();
  }

  @Override
  public Iterator<Damage> call(String file) throws IOException {
    return damage(new Path(file), hadoop.value()).stream().iterator();
  }

  /**
   * What is wrong with a file of rows, if anything, found by reading it to its end.
   *
   * @throws ReplacedFiles if it is there no more
   */
  public static Optional<Damage> damage(Path file, Configuration hadoop) throws IOException {
    Optional<String> problem = problem(file, hadoop);
    boolean isDenied = problem.filter(DENIED::equals).isPresent();
    if (problem.isPresent() && !isDenied && !file.getFileSystem(hadoop).exists(file)) {
      throw new ReplacedFiles(StoreFiles.text(file));
    }
    return problem.map(
        what ->
            what.equals(DENIED)
                ? Damage.denied(StoreFiles.text(file))
                : new Damage(StoreFiles.text(file), what, true));
  }

  /** What is wrong with the file itself: its content, its pages, their checksums. */
  static Optional<String> problem(Path file, Configuration hadoop) {
    try {
      Optional<String> named = NamedByContent.named(file);
      if (named.isPresent() && !named.get().equals(NamedByContent.digest(file, hadoop))) {
        return Optional.of("is not what was written: its content has another digest than its name");
      }
      return readToTheEnd(file, hadoop);
    } catch (ChecksumException e) {
      return Optional.of("is not what was written: its checksum is wrong");
    } catch (EOFException e) {
      return Optional.of("was cut: it ends too soon");
    } catch (AccessControlException e) {
      return Optional.of(DENIED);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (String.valueOf(e.getMessage()).endsWith(DENIED)) {
        return Optional.of(DENIED);
      }
      // Of a footer with a wrong size in it, the reader asks for more memory than there is.
      return Optional.of("cannot be read: " + message(e));
    }
  }

  private static Optional<String> readToTheEnd(Path file, Configuration hadoop) throws IOException {
    ParquetReadOptions options =
        HadoopReadOptions.builder(hadoop, file).usePageChecksumVerification(true).build();
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop), options)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      if (!schema.containsField("run_id")) {
        return Optional.of("is not of this program: it has no column run_id");
      }
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        for (ColumnDescriptor column : schema.getColumns()) {
          readPages(group.getPageReader(column));
        }
      }
      return Optional.empty();
    }
  }

  private static void readPages(PageReader pages) {
    pages.readDictionaryPage();
    DataPage page;
    do {
      page = pages.readPage();
    } while (page != null);
  }

  /** What is left: files whose pages are whole but that Spark cannot make rows of. */
  public static List<Damage> unreadable(SparkSession session, StoreFiles files) {
    List<Damage> unreadable = new ArrayList<>();
    problem(session, files.of(), files.files())
        .ifPresent(problem -> narrow(session, files.of(), files.files(), problem, unreadable));
    return unreadable;
  }

  /** Halves until the files at fault are found. */
  private static void narrow(
      SparkSession session, DataSet of, List<Path> files, String problem, List<Damage> broken) {
    if (files.size() == 1) {
      broken.add(new Damage(StoreFiles.text(files.get(0)), "cannot be read: " + problem, true));
      return;
    }
    int half = files.size() / 2;
    for (List<Path> part : List.of(files.subList(0, half), files.subList(half, files.size()))) {
      problem(session, of, part).ifPresent(why -> narrow(session, of, part, why, broken));
    }
  }

  /** Hashes every column of every row, so that all of them are decoded. */
  private static Optional<String> problem(SparkSession session, DataSet of, List<Path> files) {
    Dataset<Row> rows = StoreFiles.rows(session, of, files);
    try {
      rows.select(functions.xxhash64(columns(rows)).as("hash"))
          .agg(functions.bit_xor(functions.col("hash")))
          .head();
      return Optional.empty();
    } catch (Exception e) {
      // Spark throws its own, Parquet's and Hadoop's exceptions, declared by none.
      if (ReplacedFiles.isBehind(e)) {
        throw e;
      }
      return Optional.of(message(e));
    }
  }

  private static Column[] columns(Dataset<Row> rows) {
    return Stream.of(rows.columns()).map(functions::col).toArray(Column[]::new);
  }

  /** The first line of the innermost cause. */
  private static String message(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    String line = message.strip().lines().findFirst().orElse("");
    String shown = line.isEmpty() || message.equals("null") ? cause.toString() : line;
    return shown.length() <= MOST_CHARACTERS ? shown : shown.substring(0, MOST_CHARACTERS) + " ..";
  }
}
