package io.grokgrid.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The wish that whoever holds a store's {@link Claim} ends: the file {@code OUT/claim.cancel}, with
 * the token of that very claim in it, so that it can end no later one. Its holder looks for it
 * every few seconds and deletes it when it does as is wished.
 */
public final class Cancellation {
  private static final int MOST_BYTES = 1 << 16;

  private final FileSystem files;
  private final Path claim;
  private final Owner holder;

  /** How far it has come. */
  public enum State {
    /** The holder has not seen it yet. */
    ASKED,
    /** The holder is about to end. */
    SEEN,
    /** The claim was given back, or its process is gone. */
    ENDED,
    /** The claim was not renewed for so long that the next command may break it. */
    EXPIRED
  }

  private Cancellation(FileSystem files, Path claim, Owner holder) {
    this.files = files;
    this.claim = claim;
    this.holder = holder;
  }

  /**
   * Asks the holder of a store to end.
   *
   * @return none where nobody holds it
   * @throws BrokenStore if the claim does not say whose it is
   */
  public static Optional<Cancellation> ask(Store store, Configuration hadoop) throws IOException {
    Path root = new Path(store.root());
    FileSystem all = root.getFileSystem(hadoop);
    FileSystem files = all instanceof LocalFileSystem local ? local.getRaw() : all;
    Path claim = files.makeQualified(new Path(root, Claim.NAME));
    String text = read(files, claim);
    if (text == null) {
      return Optional.empty();
    }
    Owner holder =
        Owner.read(text)
            .orElseThrow(
                () ->
                    new BrokenStore(StoreFiles.text(claim) + " does not say who holds the store"));
    Cancellation asked = new Cancellation(files, claim, holder);
    if (asked.state() == State.ENDED) {
      return Optional.empty();
    }
    try (WholeFile file = new WholeFile(files, file(claim))) {
      file.write(out -> out.write(holder.token().getBytes(ISO_8859_1)));
      file.replace();
    }
    return Optional.of(asked);
  }

  /** Whose claim it is. */
  public String holder() {
    return holder.toString();
  }

  /** What has come of it. */
  public State state() throws IOException {
    String text = read(files, claim);
    Optional<Owner> now = text == null ? Optional.empty() : Owner.read(text);
    if (text == null || now.filter(owner -> !isOf(owner, holder)).isPresent()) {
      return State.ENDED;
    }
    if (holder.isOfThisMachine() ? !holder.isAlive() : Claim.isExpired(files, claim)) {
      return holder.isOfThisMachine() ? State.ENDED : State.EXPIRED;
    }
    return files.exists(file(claim)) ? State.ASKED : State.SEEN;
  }

  private static boolean isOf(Owner owner, Owner other) {
    return owner.token().equals(other.token());
  }

  /**
   * Whether an owner is asked to end. A wish is there no more afterwards, whether it was meant for
   * this owner or for one before.
   */
  static boolean isOf(FileSystem files, Path claim, Owner owner) throws IOException {
    String token = read(files, file(claim));
    if (token != null) {
      files.delete(file(claim), false);
    }
    return owner.token().equals(token);
  }

  private static Path file(Path claim) {
    return claim.suffix(".cancel");
  }

  private static @Nullable String read(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readNBytes(MOST_BYTES), ISO_8859_1);
    } catch (FileNotFoundException e) {
      return null;
    }
  }
}
