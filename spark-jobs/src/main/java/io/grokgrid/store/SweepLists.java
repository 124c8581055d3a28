package io.grokgrid.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grokgrid.config.Study;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * Which runs the grids of sweeps hold, whichever sweep trained them: a file {@code
 * OUT/sweeps/NAME-DIGEST.csv} for each grid that a sweep was started with, with the columns {@code
 * sweep} and {@code run_id}. The digest is of the file's content, so that the same grid is written
 * once and a file that was changed is known; the name in the file's name is there to be found by,
 * the one in its rows counts.
 *
 * @param runs ids, by the name of the sweep
 * @param files how many of them are whole
 * @param damages files that are left out
 */
public record SweepLists(Map<String, Set<String>> runs, int files, List<Damage> damages) {
  private static final String HEADER = "sweep,run_id\n";
  private static final Pattern FILE = Pattern.compile("(.*)-([0-9a-f]{16})\\.csv");
  private static final Pattern RUN_ID = Pattern.compile("[0-9a-f]{16}");
  private static final int DIGEST_BYTES = 8;
  private static final int LONGEST_NAME = 60;
  private static final String DENIED = "cannot be read: permission denied";

  /** Ten times the largest grid. */
  private static final long MOST_BYTES = 1L << 30;

  /** The runs of a study, and their twins. */
  public static Set<String> ids(Study study) {
    return study.runs().stream()
        .flatMap(run -> run.ids().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Keeps the grid of a sweep, whole or not at all; the caller holds the store's claim. */
  public static void write(Store store, Study study, Configuration hadoop) throws IOException {
    write(store, study.sweep().name(), ids(study), hadoop);
  }

  /**
   * Keeps all that a store knows of sweeps in another one, too, whose claim the caller holds.
   *
   * @return what was there to copy
   */
  public static SweepLists copy(Store from, Store to, Configuration hadoop) throws IOException {
    SweepLists lists = of(from, hadoop);
    for (Map.Entry<String, Set<String>> sweep : lists.runs.entrySet()) {
      write(to, sweep.getKey(), sweep.getValue(), hadoop);
    }
    return lists;
  }

  /** Forgets the grids of a sweep; the caller holds the store's claim. */
  public static void delete(Store store, String sweep, Configuration hadoop) throws IOException {
    Folder folder = Folder.of(store.sweeps(), hadoop);
    for (FileStatus file : list(folder, new ArrayList<>())) {
      Map<String, Set<String>> runs = new TreeMap<>();
      Matcher name = FILE.matcher(file.getPath().getName());
      boolean isCandidate = name.matches() && name.group(1).equals(hint(sweep));
      if (isCandidate && problem(folder.files(), file, runs).isEmpty() && runs.containsKey(sweep)) {
        folder.deleteAll(file.getPath().getName()::equals);
      }
    }
  }

  private static void write(Store store, String sweep, Collection<String> ids, Configuration hadoop)
      throws IOException {
    byte[] content = content(sweep, ids).getBytes(UTF_8);
    String name = hint(sweep) + "-" + digest(content) + ".csv";
    Folder folder = Folder.of(store.sweeps(), hadoop);
    if (folder.files().exists(new Path(folder.path(), name))) {
      return;
    }
    folder.deleteAll(there -> there.startsWith(".")); // of one that was killed as it wrote
    try (WholeFile file = folder.file(name)) {
      file.write(out -> out.write(content));
      file.replace();
    }
  }

  private static String content(String sweep, Collection<String> ids) {
    String begin = "\"" + sweep.replace("\"", "\"\"") + "\",";
    StringBuilder content = new StringBuilder(HEADER);
    new TreeSet<>(ids).forEach(id -> content.append(begin).append(id).append('\n'));
    return content.toString();
  }

  /** What of a sweep's name any file system takes. */
  private static String hint(String sweep) {
    String plain = sweep.replaceAll("[^A-Za-z0-9_-]", "_");
    return plain.substring(0, Math.min(plain.length(), LONGEST_NAME));
  }

  private static String digest(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** All of them. None where there are none. */
  public static SweepLists of(Store store, Configuration hadoop) throws IOException {
    return read(store, hadoop, hint -> true);
  }

  /** As far as the sweep of this name needs them. */
  public static SweepLists of(Store store, String sweep, Configuration hadoop) throws IOException {
    return read(store, hadoop, hint(sweep)::equals);
  }

  private static SweepLists read(Store store, Configuration hadoop, Predicate<String> hints)
      throws IOException {
    Map<String, Set<String>> runs = new TreeMap<>();
    List<Damage> damages = new ArrayList<>();
    Folder folder = Folder.of(store.sweeps(), hadoop);
    int whole = 0;
    for (FileStatus file : list(folder, damages)) {
      Matcher name = FILE.matcher(file.getPath().getName());
      if (!name.matches() || hints.test(name.group(1))) {
        String what = problem(folder.files(), file, runs);
        whole += what.isEmpty() ? 1 : 0;
        if (!what.isEmpty()) {
          damages.add(damage(file.getPath(), what));
        }
      }
    }
    return new SweepLists(runs, whole, damages);
  }

  private static List<FileStatus> list(Folder folder, List<Damage> damages) throws IOException {
    try {
      return folder.list().stream()
          .filter(file -> !file.getPath().getName().startsWith("."))
          .toList();
    } catch (AccessDeniedException | AccessControlException e) {
      damages.add(damage(folder.path(), DENIED));
      return List.of();
    }
  }

  /** No run is in it: what is lost is only which sweeps the runs are of. */
  private static Damage damage(Path path, String what) {
    String text = StoreFiles.text(path);
    return what.equals(DENIED)
        ? new Damage(text, what, false, "make it readable (chmod)")
        : new Damage(text, what, false);
  }

  /** Adds the runs of a file, or says what is wrong with it. */
  private static String problem(FileSystem files, FileStatus file, Map<String, Set<String>> runs) {
    Matcher name = FILE.matcher(file.getPath().getName());
    if (!file.isFile() || !name.matches() || file.getLen() > MOST_BYTES) {
      return "is no list of a sweep's runs (NAME-DIGEST.csv)";
    }
    try (InputStream in = files.open(file.getPath())) {
      byte[] content = in.readAllBytes();
      if (!digest(content).equals(name.group(2))) {
        return "is not what was written: its content has another digest than its name";
      }
      return add(new String(content, UTF_8), runs) ? "" : "is no list of a sweep's runs inside";
    } catch (IOException e) {
      boolean denied =
          e instanceof AccessControlException
              || String.valueOf(e.getMessage()).endsWith("(Permission denied)");
      return denied ? DENIED : "cannot be read: " + e.getMessage();
    }
  }

  /** Adds the runs that a file names, all or, where it is none of this program's, none. */
  private static boolean add(String content, Map<String, Set<String>> runs) {
    Set<String> ids = new HashSet<>();
    int first = content.indexOf('\n') + 1;
    int comma = content.lastIndexOf(',', content.indexOf('\n', first));
    if (comma < first + 2) {
      return false;
    }
    String begin = content.substring(first, comma + 1);
    content
        .lines()
        .skip(1)
        .map(line -> line.substring(line.lastIndexOf(',') + 1))
        .forEach(ids::add);
    String sweep = begin.substring(1, begin.length() - 2).replace("\"\"", "\"");
    boolean whole =
        content(sweep, ids).equals(content) && ids.stream().allMatch(RUN_ID.asMatchPredicate());
    if (whole) {
      runs.computeIfAbsent(sweep, none -> new HashSet<>()).addAll(ids);
    }
    return whole;
  }

  /** The runs of a sweep's grids. */
  public Set<String> of(String sweep) {
    return runs.getOrDefault(sweep, Set.of());
  }
}
