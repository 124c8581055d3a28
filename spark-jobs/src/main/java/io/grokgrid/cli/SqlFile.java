package io.grokgrid.cli;

import io.grokgrid.sql.RefusedSql;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** SQL that is not on the command line itself. */
final class SqlFile {
  /** No question is longer; a device that never ends is. */
  private static final int MOST_BYTES = 1 << 20;

  private SqlFile() {}

  /** Whether {@code argument} says where SQL is: {@code @FILE}, or {@code -} for standard input. */
  static boolean isMeantBy(String argument) {
    return argument.equals("-") || argument.startsWith("@");
  }

  /**
   * The SQL.
   *
   * @param argument see {@link #isMeantBy}
   * @param in standard input
   * @throws RefusedSql if there is none to be read
   */
  static String read(String argument, InputStream in) {
    String name = argument.substring(argument.startsWith("@") ? 1 : 0);
    if (name.isEmpty()) {
      throw new RefusedSql("@ must be followed by a file, as in @questions.sql");
    }
    byte[] bytes = bytes(name, in);
    if (bytes.length > MOST_BYTES) {
      throw new RefusedSql(name + ": must be at most 1 MiB of SQL");
    }
    String sql = text(name, bytes).replaceFirst("^\uFEFF", "");
    if (sql.isBlank()) {
      throw new RefusedSql(name + ": holds no statement");
    }
    return sql;
  }

  private static byte[] bytes(String name, InputStream standard) {
    boolean isFile = !name.equals("-");
    Path file = Path.of(name);
    if (isFile && !Files.exists(file)) {
      throw new RefusedSql(name + ": no such file");
    }
    if (isFile && Files.isDirectory(file)) {
      throw new RefusedSql(name + ": is a directory, not a file of SQL");
    }
    try (InputStream in = isFile ? Files.newInputStream(file) : standard) {
      return in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw new RefusedSql(name + ": cannot be read", e);
    }
  }

  private static String text(String name, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedSql(name + ": must be UTF-8", e);
    }
  }
}
