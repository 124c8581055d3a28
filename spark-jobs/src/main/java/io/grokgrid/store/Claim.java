package io.grokgrid.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The right of one process to write to a store: the file {@code OUT/claim}, made where there is
 * none and deleted at the end. Its owner renews it. A claim whose process was on this machine and
 * is gone is broken by the next one, and so is one of another machine that was not renewed for
 * {@link #EXPIRY}. An owner that finds another's claim in its place is told so, and what it has
 * sent out to write to its {@link #held} store finds out by itself.
 *
 * <p>That it is made where there is none is one step on local disks, HDFS and what else has an
 * exclusive create; on S3 it is a conditional write, which Hadoop's client has from 3.4.2 on. With
 * an older client, or a server that knows no conditions, two processes that ask in the same moment
 * may both get it, until the first of them renews.
 */
public final class Claim implements AutoCloseable {
  static final String NAME = "claim";
  static final Duration EXPIRY = Duration.ofMinutes(2);
  private static final Duration RENEWAL = Duration.ofSeconds(15);

  /** One request for a file that is not there, and so cheap on any file system. */
  private static final Duration LOOK = Duration.ofSeconds(3);

  private static final int MOST_UNOPENED = 50;
  private static final int MOST_UNREADABLE = 50;
  private static final long PAUSE_NANOS = 20_000_000;

  /** Hadoop's names for a condition of a write, of which other file systems take no notice. */
  private static final String IF_NONE = "fs.option.create.conditional.overwrite";

  private static final String IF_SAME = "fs.option.create.conditional.overwrite.etag";

  /** Its setting for servers that know no conditions. */
  private static final String CONDITIONS = "fs.s3a.create.conditional.enabled";

  private static final int MOST_BYTES = 1 << 16;

  /** File systems on which a file's time can be set, to that of their own clock. */
  private static final Set<String> SETS_TIMES = Set.of("file", "hdfs");

  private final FileSystem files;
  private final Path file;
  private final Owner owner;
  private final Runnable lost;
  private final Runnable cancelled;

  /** What is said of a claim that turns out to be another's. */
  public static final String LOST = "another took the store meanwhile, or it is gone";

  /** Whatever the clock is set to meanwhile. */
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Claim::thread);

  private volatile boolean isLost;

  /** Another process holds the store. */
  public static final class Held extends Exception {
    private static final long serialVersionUID = 1L;

    Held(String message) {
      super(message);
    }
  }

  /** The store is another's by now. */
  public static final class Lost extends IOException {
    private static final long serialVersionUID = 1L;

    Lost(String message) {
      super(message);
    }
  }

  private Claim(FileSystem files, Path file, Owner owner, Runnable lost, Runnable cancelled) {
    this.files = files;
    this.file = file;
    this.owner = owner;
    this.lost = lost;
    this.cancelled = cancelled;
  }

  /**
   * Takes a store.
   *
   * @param command what for, as the next one who wants it will read
   * @param lost called once if the claim turns out to be another's
   * @param cancelled called when a {@link Cancellation} asks this process to end
   * @throws Held if it is taken; says by whom
   * @throws IOException if the store cannot be written
   */
  public static Claim take(
      Store store, Configuration hadoop, String command, Runnable lost, Runnable cancelled)
      throws IOException, Held {
    Path root = new Path(store.root());
    FileSystem files = root.getFileSystem(hadoop);
    if (!files.mkdirs(root)) {
      throw new IOException("cannot make the folder " + StoreFiles.text(root));
    }
    FileSystem plain = plain(files);
    Claim claim =
        new Claim(
            plain, plain.makeQualified(new Path(root, NAME)), Owner.of(command), lost, cancelled);
    for (int unopened = 0; !claim.made(claim.file); ) {
      unopened = claim.breakDead() ? 0 : unopened + 1;
      if (unopened == MOST_UNOPENED) {
        throw new IOException(
            StoreFiles.text(claim.file)
                + " is there but cannot be opened; delete it if no sweep is under way");
      }
    }
    claim.renewFromNowOn();
    return claim;
  }

  /**
   * Whether somebody may be writing to a store, as far as can be told without writing to it: a
   * holder on another machine counts, however long ago it was there.
   */
  public static boolean isHeld(Store store, Configuration hadoop) throws IOException {
    Path root = new Path(store.root());
    try {
      FileSystem files = plain(root.getFileSystem(hadoop));
      Path claim = new Path(root, NAME);
      String text = read(files, claim);
      return text == null
          ? files.exists(claim) // it may be there and not be ours to read
          : Owner.read(text).map(owner -> !owner.isOfThisMachine() || owner.isAlive()).orElse(true);
    } catch (AccessDeniedException | AccessControlException e) {
      return true;
    }
  }

  /** Without checksum files beside: two writes are two chances to be cut. */
  private static FileSystem plain(FileSystem files) {
    return files instanceof LocalFileSystem local ? local.getRaw() : files;
  }

  /** The store as its holder's tasks have it: they write to it as long as it is held. */
  public Store held(Store store) {
    return new Store(store.root(), owner.token());
  }

  /**
   * Refuses to go on where a store is held by a claim other than this.
   *
   * @throws Lost if so
   */
  static void requireHeld(Store store, String token, Configuration hadoop) throws IOException {
    Path file = new Path(store.root(), NAME);
    FileSystem files = plain(file.getFileSystem(hadoop));
    for (int looks = 0; ; looks++) {
      String there = read(files, file);
      Optional<Owner> holder = there == null ? Optional.empty() : Owner.read(there);
      if (holder.filter(each -> each.token().equals(token)).isPresent()) {
        return;
      }
      // Where a claim is renewed by writing it anew it may be half-written just now.
      if (there == null || holder.isPresent() || looks == MOST_UNREADABLE) {
        throw new Lost(
            "the store %s is no longer this sweep's but %s"
                .formatted(store.root(), holder.map(Owner::toString).orElse("free")));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Makes a file unless it is there, in one step, that says who made it. */
  private boolean made(Path path) throws IOException {
    try {
      if (isLocal()) {
        makeLocal(java.nio.file.Path.of(path.toUri()));
      } else {
        FSDataOutputStreamBuilder<?, ?> anew = files.createFile(path).overwrite(false);
        if (hasConditions()) {
          anew.opt(IF_NONE, true);
        }
        write(anew);
      }
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      // A condition did not hold; or it did, but the answer was lost, and it was asked again.
      String there = isLocal() ? null : read(files, path);
      if (there == null) {
        throw e;
      }
      return isOurs(there);
    }
  }

  /** On a full disk a file can be made, but not written: then it is none. */
  private void makeLocal(java.nio.file.Path path) throws IOException {
    try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
      try {
        out.write(bytes());
      } catch (IOException e) {
        Files.deleteIfExists(path);
        throw e;
      }
    }
  }

  private void write(FSDataOutputStreamBuilder<?, ?> file) throws IOException {
    try (OutputStream out = file.build()) {
      out.write(bytes());
    }
  }

  /**
   * Renews the claim and never another's: it is not written anew, so that nobody finds it
   * half-written, or, where files have no times to set, only if it is the same one still.
   *
   * @param seen as it was when it was ours
   */
  private void touch(FileStatus seen) throws IOException {
    if (SETS_TIMES.contains(file.toUri().getScheme())) {
      files.setTimes(file, now(files, file), -1);
      return;
    }
    FSDataOutputStreamBuilder<?, ?> anew = files.createFile(file).overwrite(true);
    if (hasConditions() && seen instanceof EtagSource tagged && tagged.getEtag() != null) {
      anew.opt(IF_SAME, tagged.getEtag());
    }
    write(anew);
  }

  private boolean hasConditions() {
    return WholeFile.holdsObjects(files) && files.getConf().getBoolean(CONDITIONS, true);
  }

  private boolean isLocal() {
    return "file".equals(file.toUri().getScheme());
  }

  private byte[] bytes() {
    return owner.text().getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Takes the claim of an owner who is gone out of the way: one at a time, and looks again.
   *
   * @return whether it could be opened: it may have been given up just now, or be no file
   */
  private boolean breakDead() throws IOException, Held {
    String seen = read(file);
    if (seen == null) {
      LockSupport.parkNanos(PAUSE_NANOS);
      return false;
    }
    requireDead(Owner.read(seen));
    Path breaking = file.suffix(".breaking");
    if (!made(breaking)) {
      if (isExpired(breaking)) {
        files.delete(breaking, false); // of one who was killed in these few milliseconds
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      return true;
    }
    try {
      // Until now another may have broken it, and taken the store; from now on nobody can.
      if (seen.equals(read(file))) {
        files.delete(file, false);
        LoggerFactory.getLogger(Claim.class).warn("broke the claim of {}", seen);
      }
    } finally {
      files.delete(breaking, false);
    }
    return true;
  }

  private void requireDead(Optional<Owner> holder) throws IOException, Held {
    boolean ofHere = holder.isPresent() && holder.get().isOfThisMachine();
    if (ofHere ? holder.get().isAlive() : !isExpired(file)) {
      throw new Held(
          holder
              .map(Owner::toString)
              .orElse("somebody whose claim cannot be read, " + StoreFiles.text(file)));
    }
  }

  private boolean isExpired(Path claim) throws IOException {
    return isExpired(files, claim);
  }

  static boolean isExpired(FileSystem files, Path claim) throws IOException {
    try {
      long now = now(files, claim);
      return now - files.getFileStatus(claim).getModificationTime() > EXPIRY.toMillis();
    } catch (FileNotFoundException e) {
      return false; // given up just now
    }
  }

  /** By the file system's own clock, which may not be ours. */
  private static long now(FileSystem files, Path claim) throws IOException {
    Path probe = claim.suffix("." + UUID.randomUUID());
    try {
      files.create(probe, false).close();
      return files.getFileStatus(probe).getModificationTime();
    } finally {
      files.delete(probe, false);
    }
  }

  private @Nullable String read(Path path) throws IOException {
    return read(files, path);
  }

  private static @Nullable String read(FileSystem files, Path path) throws IOException {
    try (InputStream in = files.open(path)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  private void renewFromNowOn() {
    every(RENEWAL, this::renew);
    every(LOOK, this::look);
  }

  private void every(Duration period, Runnable action) {
    Runnable again =
        () -> {
          try {
            action.run();
          } catch (RuntimeException | Error e) { // it would be the last time
            LoggerFactory.getLogger(Claim.class).warn("the claim of {}", file, e);
          }
        };
    var unused =
        timer.scheduleWithFixedDelay(
            again, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable renewals) {
    Thread thread = new Thread(renewals, "claim of the store");
    thread.setDaemon(true);
    return thread;
  }

  /** Looks whether somebody wants this process to end. */
  void look() {
    try {
      if (Cancellation.isOf(files, file, owner)) {
        cancelled.run();
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(Claim.class).warn("cannot look for a cancellation", e);
    }
  }

  /**
   * Says again that this process is there, or finds that the store is lost; a file system that
   * fails for a while is no loss.
   */
  public synchronized void renew() {
    if (isLost) {
      return;
    }
    try {
      FileStatus seen = status();
      if (seen != null && isOurs()) {
        touch(seen);
      } else {
        timer.shutdown();
        isLost = true;
        lost.run();
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(Claim.class).warn("the claim could not be renewed", e);
    }
  }

  /** Whether another took the store, as far as this process knows: it was told so. */
  public boolean isLost() {
    return isLost;
  }

  private @Nullable FileStatus status() throws IOException {
    try {
      return files.getFileStatus(file);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  private boolean isOurs() throws IOException {
    String there = read(file);
    return there != null && isOurs(there);
  }

  private boolean isOurs(String text) {
    return Owner.read(text).filter(holder -> holder.token().equals(owner.token())).isPresent();
  }

  /** Gives the store back. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (isOurs()) {
        files.delete(file, false);
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(Claim.class).warn("the claim could not be given back", e);
    }
  }
}
