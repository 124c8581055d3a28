package io.grokgrid.store;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.keys.Key;
import io.grokgrid.tables.AnalysesTable;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.train.Milestones;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where everything is that Grokgrid keeps, below one root on any Hadoop file system.
 *
 * @param root a path or URI; relative ones are resolved as Hadoop does it
 * @param claim the token of the {@link Claim} that it is written under, by the driver and by the
 *     tasks that it sends out; null of one that is only read, or written by this process alone
 */
public record Store(String root, @Nullable String claim) implements Serializable {
  /** What {@link StoreFiles#rows} gives: the table's columns and the submission. */
  public static final StructType COLUMNS =
      RunsTable.SCHEMA.add(
          RunsTable.SUBMISSION, DataTypes.StringType, true, "the submission that wrote the row");

  /** The same of analyses. */
  public static final StructType ANALYSES_COLUMNS =
      AnalysesTable.SCHEMA.add(
          RunsTable.SUBMISSION, DataTypes.StringType, true, "the submission that wrote the row");

  private static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Ids are of years of four digits. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private static final Pattern SUBMISSION_ID = Pattern.compile("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}");

  public Store(String root) {
    this(root, null);
  }

  /** A new submission's id, such as {@code 20261121T231500Z-1a2b}: sortable, and no number. */
  public static String newSubmission(Instant now) {
    int random = ThreadLocalRandom.current().nextInt(1 << 16);
    return SECOND.format(now) + "-" + HexFormat.of().toHexDigits((short) random);
  }

  /** The id of a submission of runs that sorts behind all that are there. */
  public String nextSubmission(Instant now, Configuration hadoop) throws IOException {
    return newSubmission(behindAll(runs(), now, hadoop));
  }

  /** The same of analyses. */
  public String nextAnalysesSubmission(Instant now, Configuration hadoop) throws IOException {
    return newSubmission(behindAll(analyses(), now, hadoop));
  }

  /** The id of the submission of runs that sorts behind all others; of none, nothing. */
  public String newestSubmission(Configuration hadoop) throws IOException {
    return newest(runs(), hadoop);
  }

  private static String newest(Path folder, Configuration hadoop) throws IOException {
    String begin = RunsTable.SUBMISSION + "=";
    return Folder.of(folder, hadoop).names().stream()
        .filter(name -> name.startsWith(begin))
        .map(name -> name.substring(begin.length()))
        .filter(id -> SUBMISSION_ID.matcher(id).matches())
        .max(Comparator.naturalOrder())
        .orElse("");
  }

  /** Now; where the clock was set back, or the newest is of this second, a second after that. */
  private static Instant behindAll(Path folder, Instant now, Configuration hadoop)
      throws IOException {
    String newest = newest(folder, hadoop);
    if (newest.compareTo(SECOND.format(now)) < 0) {
      return now;
    }
    try {
      Instant next = SECOND.parse(newest.substring(0, newest.indexOf('-')), Instant::from);
      if (next.isBefore(LAST)) {
        return next.plusSeconds(1);
      }
    } catch (DateTimeParseException e) {
      LoggerFactory.getLogger(Store.class).warn("no second", e);
    }
    throw new BrokenStore(
        "a new submission must sort behind all in %s, was %s, which nothing can follow: move it away"
            .formatted(StoreFiles.text(folder), newest));
  }

  public Path runs() {
    return new Path(root, "runs");
  }

  public Path analyses() {
    return new Path(root, "analyses");
  }

  /** The folder of {@link SweepLists}. */
  Path sweeps() {
    return new Path(root, "sweeps");
  }

  /** The rows of runs. */
  public DataSet runRows() {
    return new DataSet(runs(), COLUMNS);
  }

  /** The rows of analyses of checkpoints. */
  public DataSet analysisRows() {
    return new DataSet(analyses(), ANALYSES_COLUMNS);
  }

  /** The directory of one submission's files. */
  public static Path submission(Path folder, String id) {
    if (!SUBMISSION_ID.matcher(id).matches()) {
      throw new IllegalArgumentException("submission must match " + SUBMISSION_ID + ", was " + id);
    }
    return new Path(folder, RunsTable.SUBMISSION + "=" + id);
  }

  /** The directory of what an unfinished run saved to go on from. */
  Path state(String runId) {
    return new Path(states(), runId);
  }

  /** The directory of the weights that a run kept. */
  Path checkpoints(String runId) {
    return new Path(new Path(root, "checkpoints"), runId);
  }

  /** The same store by its full name, which means the same on every machine. */
  public Store qualified(Configuration hadoop) throws IOException {
    Path path = new Path(root);
    return new Store(path.getFileSystem(hadoop).makeQualified(path).toString(), claim);
  }

  /**
   * Refuses to go on where the store was taken from its holder, who was given up for dead: nothing
   * that a successor has saved since may be changed. One request of a file system.
   *
   * @throws Claim.Lost if the claim is another's by now, or nobody's
   */
  void requireHeld(Configuration hadoop) throws IOException {
    if (claim != null) {
      Claim.requireHeld(this, claim, hadoop);
    }
  }

  /**
   * Whether any sweep has written here.
   *
   * @throws Refused if the root is no folder
   * @throws BrokenStore if {@code runs} is no folder
   */
  public boolean hasRuns(Configuration hadoop) throws IOException {
    FileSystem files = runs().getFileSystem(hadoop);
    String odd = odd(files, new Path(root));
    new Check().that(odd.isEmpty(), "--out", "must be a folder", root + " (" + odd + ")").done();
    requireFolder(files, runs());
    return files.exists(runs());
  }

  /**
   * Whether any checkpoint was analysed.
   *
   * @throws BrokenStore if {@code analyses} is no folder
   */
  boolean hasAnalyses(Configuration hadoop) throws IOException {
    FileSystem files = analyses().getFileSystem(hadoop);
    requireFolder(files, analyses());
    return files.exists(analyses());
  }

  /**
   * Refuses a store in which something else is where folders belong.
   *
   * @throws BrokenStore if it is so
   */
  public void requireFolders(Configuration hadoop) throws IOException {
    FileSystem files = runs().getFileSystem(hadoop);
    for (String name : List.of("runs", "state", "checkpoints", "analyses", "sweeps", "removed")) {
      requireFolder(files, new Path(root, name));
    }
  }

  private static void requireFolder(FileSystem files, Path path) throws IOException {
    String odd = odd(files, path);
    if (!odd.isEmpty()) {
      throw new BrokenStore(
          "%s must be a folder, was %s: move it away or delete it"
              .formatted(StoreFiles.text(path), odd));
    }
  }

  /** What is there in place of a folder, if anything. */
  private static String odd(FileSystem files, Path path) throws IOException {
    try {
      return files.getFileStatus(path).isDirectory() ? "" : "a file";
    } catch (FileNotFoundException e) {
      boolean isLocal = "file".equals(files.getUri().getScheme());
      boolean isLink =
          isLocal
              && Files.isSymbolicLink(
                  java.nio.file.Path.of(files.makeQualified(path).toUri().getPath()));
      return isLink ? "a link to nothing" : "";
    }
  }

  /** Why nothing can be written here, found by writing a folder and deleting it; or nothing. */
  public Optional<String> unwritable(Configuration hadoop) {
    Path folder = new Path(root);
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      folder = files.makeQualified(folder);
      while (!files.exists(folder) && folder.getParent() != null) {
        folder = folder.getParent();
      }
      Path probe = new Path(folder, ".grokgrid-" + UUID.randomUUID());
      boolean written = files.mkdirs(probe) && files.delete(probe, false);
      return written
          ? Optional.empty()
          : Optional.of("no folder can be made in " + StoreFiles.text(folder));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Adds rows of {@link RunsTable#SCHEMA} as one submission. Each task's file is in its place when
   * the task ends, and stays if the job fails later: see {@link Publication}.
   *
   * @param id see {@link #newSubmission}; another form is refused, because readers that guess types
   *     would take some for numbers
   */
  public void append(Dataset<Row> rows, String id) {
    write(rows, submission(runs(), id), this);
  }

  /** Adds rows of {@link AnalysesTable#SCHEMA}, in the same way. */
  public void appendAnalyses(Dataset<Row> rows, String id) {
    write(rows, submission(analyses(), id), this);
  }

  /** One file of rows a task, in its place when the task ends. */
  public static void write(Dataset<Row> rows, Path folder) {
    write(rows, folder, new Store(folder.toString()));
  }

  private static void write(Dataset<Row> rows, Path folder, Store store) {
    DataFrameWriter<Row> writer =
        rows.write()
            .mode(SaveMode.Append)
            // Rows are large: look at the buffered size after every few, not after hundreds.
            .option("parquet.block.size.row.check.min", "4")
            .option("parquet.page.size.row.check.min", "4");
    if (store.claim != null) {
      writer.option(Publication.ROOT, store.root).option(Publication.CLAIM, store.claim);
    }
    RuntimeConfig settings = rows.sparkSession().conf();
    settings.set(PROTOCOL, Publication.class.getName());
    try {
      writer.parquet(folder.toString());
    } finally {
      settings.unset(PROTOCOL);
    }
  }

  /** Whether a column says what was to be recorded of a run, and so nothing of its result. */
  public static boolean isRecordKey(String column) {
    return Key.ALL.stream()
        .anyMatch(key -> key.section().equals("record") && key.column().equals(column));
  }

  /**
   * What a plan needs to know of a store.
   *
   * @param runs those that it holds, by id
   * @param damages what could not be read of it
   */
  public record Known(Map<String, Finished> runs, List<Damage> damages) {
    /**
     * For commands that train.
     *
     * @throws BrokenStore if runs may be in what cannot be read: they would be trained again
     */
    public void requireAllRuns() {
      if (damages.stream().anyMatch(Damage::holdsRuns)) {
        throw new BrokenStore(
            "nothing is trained while runs may lie in what cannot be read: verify --repair takes it"
                + " out of the store, then they are trained again");
      }
    }
  }

  /**
   * The runs that the store holds, by id; of several rows the one that the views show. Reads a few
   * narrow columns only.
   */
  public Known finished(SparkSession session) throws IOException {
    StoredRuns stored = StoredRuns.of(session, this);
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col("run_id"));
    columns.add(functions.col("outcome"));
    List.of("last_step", "memorised_step", "grok_step", "seconds")
        .forEach(column -> columns.add(functions.col(column)));
    Finished.RECORD_KEYS.forEach(key -> columns.add(functions.col(key.column())));
    Map<String, Finished> finished = new HashMap<>();
    for (Row row : stored.rows().select(columns.toArray(Column[]::new)).collectAsList()) {
      finished.put(row.getString(0), finished(row));
    }
    return new Known(finished, stored.damages());
  }

  /** The directory that holds those of {@link #state}. */
  Path states() {
    return new Path(root, "state");
  }

  private static Finished finished(Row row) {
    Map<String, Object> recorded = new HashMap<>();
    for (Key key : Finished.RECORD_KEYS) {
      Object value = row.getAs(key.column());
      if (value != null) {
        recorded.put(key.column(), value);
      }
    }
    String outcome = row.getString(1).toUpperCase(Locale.ROOT);
    Integer last = row.getAs("last_step");
    Double seconds = row.getAs("seconds");
    return new Finished(
        Outcome.valueOf(outcome),
        recorded,
        last == null ? 0 : last,
        new Milestones(row.getAs("memorised_step"), row.getAs("grok_step"), null),
        seconds == null ? 0 : seconds);
  }
}
