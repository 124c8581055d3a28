package io.grokgrid.jobs;

import io.grokgrid.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Consoles for tests. */
public final class Streams {
  /** Takes everything and keeps nothing. */
  public static final Console SILENT = to(java.io.OutputStream.nullOutputStream());

  private Streams() {}

  /** Says everything to {@code err}. */
  static Console to(java.io.OutputStream err) {
    return new Console(
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        null);
  }
}
