package io.grokgrid.compact;

import io.grokgrid.console.Console;
import io.grokgrid.console.Sign;
import io.grokgrid.store.Damage;
import io.grokgrid.store.FileCheck;
import io.grokgrid.store.Replacement;
import io.grokgrid.store.Replacements;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.StoredRuns.RowPlace;
import io.grokgrid.verify.Inspection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Puts the many small files of each submission's folder together into few large ones with the same
 * rows, and leaves out rows that are there twice. A row's submission is its folder, so that files
 * of several never become one. All large files are made beside the store first, then {@link
 * Replacements} puts them in place. The caller holds the store's {@link io.grokgrid.store.Claim}.
 */
public final class CompactJob {
  /** Of a file that is large enough to be left alone, twice, and about what one is to have. */
  private static final long LARGE = 128L << 20;

  private final SparkSession session;
  private final Store store;
  private final Configuration hadoop;
  private final Replacements replacements;
  private final Path root;
  private final Console console;
  private final BooleanSupplier lost;

  /**
   * What was done with one kind of rows.
   *
   * @param rows {@code runs} or {@code analyses}
   * @param doubled rows that were taken out, for newer ones were there
   */
  public record Compacted(
      String rows,
      int filesBefore,
      int filesAfter,
      long bytesBefore,
      long bytesAfter,
      int doubled) {
    boolean isChanged() {
      return doubled > 0 || filesBefore != filesAfter;
    }
  }

  /**
   * What was done.
   *
   * @param damages files that stay as they are
   */
  public record Done(List<Compacted> rows, List<Damage> damages) {}

  /** Lists files anew. */
  @FunctionalInterface
  private interface Listing {
    StoreFiles list() throws IOException;
  }

  /** Finds rows among files that are to be left out. */
  @FunctionalInterface
  private interface Search {
    List<RowPlace> in(StoreFiles files) throws IOException;
  }

  /**
   * @param lost whether the store's claim is another's by now: then nothing more is put in place
   */
  public CompactJob(SparkSession session, Store store, Console console, BooleanSupplier lost)
      throws IOException {
    this.session = session;
    hadoop = session.sparkContext().hadoopConfiguration();
    this.store = store.qualified(hadoop);
    this.console = console;
    this.lost = lost;
    replacements = new Replacements(this.store, hadoop);
    root = new Path(this.store.root());
  }

  /**
   * Does it.
   *
   * @throws io.grokgrid.store.BrokenStore if another took the store meanwhile, or it is gone
   */
  public Done run() throws IOException {
    List<Damage> damages = new ArrayList<>();
    List<Compacted> done = new ArrayList<>();
    try {
      replacements.finish();
      done.add(
          compact(
              "runs",
              () -> StoreFiles.of(store, hadoop),
              files -> Inspection.doubled(session, store, files),
              damages));
      done.add(
          compact(
              "analyses", () -> StoreFiles.ofAnalyses(store, hadoop), this::superseded, damages));
    } catch (Exception e) {
      // Spark's own, which none of its methods declares, of a disk that is full, too.
      if (!lost.getAsBoolean()) {
        replacements.discardUnlessBegun();
      }
      throw e;
    }
    return new Done(done, damages.stream().distinct().toList());
  }

  private Compacted compact(String rows, Listing listing, Search search, List<Damage> damages)
      throws IOException {
    StoreFiles before;
    List<RowPlace> doubled;
    try (Sign sign = console.during("reading " + rows)) {
      before = listing.list();
      doubled = doubled(before, search, damages);
    }
    List<RowPlace> without = doubled;
    boolean more = true;
    while (more) { // files made of small ones may be small themselves
      StoreFiles now = listing.list().without(damages);
      damages.addAll(now.damages().stream().filter(each -> !damages.contains(each)).toList());
      more = pass(rows, now, without, damages);
      without = List.of();
    }
    StoreFiles after = listing.list();
    return new Compacted(
        rows,
        before.files().size(),
        after.files().size(),
        before.bytes(),
        after.bytes(),
        doubled.size());
  }

  private List<RowPlace> doubled(StoreFiles files, Search search, List<Damage> damages)
      throws IOException {
    try {
      return search.in(files);
    } catch (Exception e) {
      // Spark throws its own, Parquet's and Hadoop's exceptions, declared by none.
      List<Damage> broken = FileCheck.broken(session, files);
      if (broken.isEmpty()) {
        throw e;
      }
      damages.addAll(broken);
      return search.in(files.without(broken));
    }
  }

  /** Rows of analyses all of whose analyses newer rows have, too. */
  private List<RowPlace> superseded(StoreFiles files) {
    Map<RowPlace, Set<String>> older = new HashMap<>();
    StoredAnalyses.of(session, files)
        .older()
        .forEach(
            each ->
                older.computeIfAbsent(each.place(), none -> new HashSet<>()).add(each.analysis()));
    if (older.isEmpty()) {
      return List.of();
    }
    List<RowPlace> superseded = new ArrayList<>();
    for (Row row :
        files
            .rows(session)
            .select(StoredRuns.FILE, StoredRuns.ROW, functions.col("analyses"))
            .where("analyses IS NOT NULL")
            .collectAsList()) {
      RowPlace place = new RowPlace(row.getString(0), row.getLong(1));
      if (older.getOrDefault(place, Set.of()).containsAll(row.getList(2))
          && older.containsKey(place)) {
        superseded.add(place);
      }
    }
    return superseded;
  }

  /** Returns whether it changed anything. */
  private boolean pass(String rows, StoreFiles files, List<RowPlace> without, List<Damage> damages)
      throws IOException {
    List<MergeFiles.Batch> batches = batches(files, without);
    List<Replacement> made = new ArrayList<>();
    int all = batches.stream().mapToInt(batch -> batch.files().size()).sum();
    int done = 0;
    int slots = Math.max(1, session.sparkContext().defaultParallelism());
    MergeFiles merge = new MergeFiles(root, replacements.work(), hadoop);
    for (int from = 0; from < batches.size(); from += slots) {
      List<MergeFiles.Batch> some = batches.subList(from, Math.min(batches.size(), from + slots));
      String what = "putting files of %s together, %d of %d done".formatted(rows, done, all);
      try (Sign sign = console.during(what)) {
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(some, some.size())
            .map(merge)
            .collect()
            .forEach(
                merged -> {
                  made.addAll(merged.replacements());
                  damages.addAll(merged.damages());
                });
      }
      done += some.stream().mapToInt(batch -> batch.files().size()).sum();
    }
    if (!made.isEmpty()) {
      try (Sign sign = console.during("putting " + made.size() + " files in place")) {
        replacements.run(made, lost);
      }
    }
    return !made.isEmpty();
  }

  /** Files of one folder that are to become one, and files some of whose rows are left out. */
  private List<MergeFiles.Batch> batches(StoreFiles files, List<RowPlace> without)
      throws IOException {
    FileSystem system = root.getFileSystem(hadoop);
    Map<String, Set<Long>> leftOut = new HashMap<>();
    for (RowPlace place : without) {
      leftOut
          .computeIfAbsent(system.makeQualified(place.path()).toString(), none -> new HashSet<>())
          .add(place.row());
    }
    Map<Path, Set<Path>> folders = new TreeMap<>();
    for (Path file : files.files()) {
      folders.computeIfAbsent(file.getParent(), none -> new HashSet<>()).add(file);
    }
    List<MergeFiles.Batch> batches = new ArrayList<>();
    for (Map.Entry<Path, Set<Path>> folder : folders.entrySet()) {
      Map<String, Long> sizes = new TreeMap<>();
      for (FileStatus file : system.listStatus(folder.getKey())) {
        if (folder.getValue().contains(file.getPath())) {
          sizes.put(file.getPath().toString(), file.getLen());
        }
      }
      add(batches, sizes, leftOut);
    }
    return batches;
  }

  private static void add(
      List<MergeFiles.Batch> batches, Map<String, Long> sizes, Map<String, Set<Long>> leftOut) {
    List<String> batch = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<String, Long> file : sizes.entrySet()) {
      boolean isSmall = file.getValue() < LARGE / 2 || leftOut.containsKey(file.getKey());
      if (isSmall) {
        if (bytes + file.getValue() > LARGE) {
          add(batches, batch, leftOut);
          batch = new ArrayList<>();
          bytes = 0;
        }
        batch.add(file.getKey());
        bytes += file.getValue();
      }
    }
    add(batches, batch, leftOut);
  }

  private static void add(
      List<MergeFiles.Batch> batches, List<String> files, Map<String, Set<Long>> leftOut) {
    Map<String, Set<Long>> without = new LinkedHashMap<>(leftOut);
    without.keySet().retainAll(files);
    if (files.size() > 1 || !without.isEmpty()) {
      batches.add(new MergeFiles.Batch(new ArrayList<>(files), without));
    }
  }
}
