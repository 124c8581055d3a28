package io.grokgrid.store;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The digest of a file's content in its name, {@code
 * part-00000-..-c000.sha256-0123456789abcdef.snappy.parquet}: a Parquet file's pages have
 * checksums, its footer has none, and a wrong number there makes rows vanish in silence.
 */
public final class NamedByContent {
  private static final int HEX_DIGITS = 16;
  private static final Pattern NAME = Pattern.compile(".*\\.sha256-([0-9a-f]{16})\\..*");
  private static final int BUFFER = 1 << 16;

  private NamedByContent() {}

  /** A file's name with the digest behind what comes before the first dot. */
  public static String name(String plain, String digest) {
    return plain.replaceFirst("\\.", ".sha256-" + digest + ".");
  }

  /** The digest that a file's name says its content has; files of older builds have none. */
  static Optional<String> named(Path file) {
    Matcher name = NAME.matcher(file.getName());
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }

  /** The first 16 hex digits of the SHA-256 of a file's content. */
  public static String digest(Path file, Configuration hadoop) throws IOException {
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, HEX_DIGITS / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
