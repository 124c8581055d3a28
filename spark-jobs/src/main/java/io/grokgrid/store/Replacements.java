package io.grokgrid.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.LoggerFactory;

/**
 * Puts files of rows in the place of others, so that a kill at any moment loses no row: new files
 * are made whole in {@code OUT/.compacting}, by the paths that they will have below {@code OUT};
 * then a journal there says which take the place of which; only then each is moved to its place,
 * before what it replaces goes. Whoever takes the store's {@link Claim} next does what a journal
 * says that is still there, and throws away what is there without one.
 */
public final class Replacements {
  private static final String JOURNAL = "journal";
  private static final String PUT = "put ";
  private static final String REPLACED = "replaced ";
  private static final String REMOVED = "removed ";

  /** Below a folder of rows; no part of it is hidden, or leads up. */
  private static final Pattern OF_ROWS = Pattern.compile("(runs|analyses)(/[^/.][^/]*)+");

  /** Of a million files' names; who can write here may not fill the memory of who reads. */
  private static final int MOST_BYTES = 1 << 28;

  /** Requests at a time, which matter on stores that take long to answer each. */
  private static final int AT_ONCE = 16;

  private final FileSystem files;
  private final Path root;
  private final Path work;
  private final String removed = "removed/" + Store.newSubmission(Instant.now());

  public Replacements(Store store, Configuration hadoop) throws IOException {
    Path path = new Path(store.root());
    files = path.getFileSystem(hadoop);
    root = files.makeQualified(path);
    work = new Path(root, ".compacting");
  }

  /** Where a new file is made; the same path below the store will be its place. */
  public Path work() {
    return work;
  }

  /** The path of a file below a folder, as a {@link Replacement} has it. */
  public static String below(Path folder, Path file) {
    return URI.create(folder.toUri() + "/").relativize(file.toUri()).getRawPath();
  }

  private static Path at(Path folder, String below) {
    return new Path(URI.create(folder.toUri() + "/").resolve(below));
  }

  /**
   * Does it.
   *
   * @param lost whether the store's claim is another's by now: then nothing more is done
   * @throws BrokenStore if it is
   */
  public void run(List<Replacement> replacements, BooleanSupplier lost) throws IOException {
    requireHeld(lost);
    try (WholeFile journal = new WholeFile(files, new Path(work, JOURNAL))) {
      journal.write(out -> out.write(text(replacements).getBytes(UTF_8)));
      journal.replace();
    }
    perform(replacements, lost, false);
    discard();
  }

  private static void requireHeld(BooleanSupplier lost) {
    if (lost.getAsBoolean()) {
      throw new BrokenStore(Claim.LOST + "; the same command again goes on");
    }
  }

  /**
   * Ends what a process began that was killed.
   *
   * @return whether there was a journal of one
   */
  public boolean finish() throws IOException {
    Optional<String> journal = journal();
    if (journal.isPresent()) {
      perform(replacements(journal.get()), () -> false, true);
    }
    discard();
    return journal.isPresent();
  }

  /** Throws away what was made and is not in its place. */
  public void discard() throws IOException {
    files.delete(work, true);
  }

  /** The same, unless what is there has begun to be put in place. */
  public void discardUnlessBegun() throws IOException {
    if (journal().isEmpty()) {
      discard();
    }
  }

  private Optional<String> journal() throws IOException {
    Path journal = new Path(work, JOURNAL);
    if (!files.exists(work) || !files.exists(journal)) {
      return Optional.empty();
    }
    try (InputStream in = files.open(journal)) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw broken("have at most " + MOST_BYTES + " bytes", "more");
      }
      return Optional.of(new String(content, UTF_8));
    }
  }

  private static String text(List<Replacement> replacements) {
    StringBuilder text = new StringBuilder();
    for (Replacement each : replacements) {
      text.append(PUT).append(each.put()).append('\n');
      each.replaced().forEach(file -> text.append(REPLACED).append(file).append('\n'));
      each.removed().forEach(file -> text.append(REMOVED).append(file).append('\n'));
    }
    return text.toString();
  }

  /** All of it is checked before any of it is done: who can write here may not delete elsewhere. */
  private List<Replacement> replacements(String text) {
    List<Replacement> replacements = new ArrayList<>();
    Replacement last = null;
    for (String line : text.lines().toList()) {
      if (line.startsWith(PUT)) {
        String put = line.substring(PUT.length());
        last =
            new Replacement(
                put.isEmpty() ? put : checked(put), new ArrayList<>(), new ArrayList<>());
        replacements.add(last);
      } else if (last != null && line.startsWith(REPLACED)) {
        last.replaced().add(checked(line.substring(REPLACED.length())));
      } else if (last != null && line.startsWith(REMOVED)) {
        last.removed().add(checked(line.substring(REMOVED.length())));
      }
    }
    return replacements;
  }

  private String checked(String file) {
    try {
      URI path = new URI(file);
      boolean isRelative = path.getScheme() == null && path.getRawAuthority() == null;
      if (isRelative && OF_ROWS.matcher(path.getPath()).matches()) {
        return file;
      }
    } catch (URISyntaxException e) {
      LoggerFactory.getLogger(Replacements.class).warn("no path in a journal", e);
    }
    throw broken("name files below runs and analyses only", file);
  }

  private BrokenStore broken(String rule, String was) {
    return new BrokenStore(
        "%s must %s, was %s: delete it if no compact was killed"
            .formatted(StoreFiles.text(new Path(work, JOURNAL)), rule, was));
  }

  private void perform(List<Replacement> replacements, BooleanSupplier lost, boolean again)
      throws IOException {
    ExecutorService requests = Executors.newFixedThreadPool(AT_ONCE);
    try {
      for (Replacement each : replacements) {
        requireHeld(lost);
        if (each.put().isEmpty() || put(each.put(), again)) {
          List<Future<?>> gone = new ArrayList<>();
          for (String file : each.replaced()) {
            gone.add(requests.submit(() -> files.delete(at(root, file), false)));
          }
          for (String file : each.removed()) {
            remove(file);
          }
          await(gone);
        }
      }
    } finally {
      requests.shutdownNow();
    }
  }

  private static void await(List<Future<?>> done) throws IOException {
    try {
      for (Future<?> each : done) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Moves a new file to its place.
   *
   * @param again whether it may be there already, by a process that was killed: then it is read to
   *     its end before anything goes that it replaces
   * @return whether it is there and whole
   */
  private boolean put(String file, boolean again) throws IOException {
    Path place = at(root, file);
    Path made = at(work, file);
    if (!files.exists(place) && files.exists(made) && !files.rename(made, place)) {
      throw new IOException("cannot move " + made + " to " + place);
    }
    boolean whole =
        files.exists(place) && !(again && FileCheck.damage(place, files.getConf()).isPresent());
    if (!whole) {
      LoggerFactory.getLogger(Replacements.class).warn("{} is not whole, others stay", place);
    }
    return whole;
  }

  private void remove(String file) throws IOException {
    Path from = at(root, file);
    Path to = at(new Path(root, removed), file);
    if (files.exists(from)) {
      files.mkdirs(to.getParent());
      if (!files.rename(from, to)) {
        throw new IOException("cannot move " + from + " to " + to);
      }
    }
  }
}
