package io.grokgrid.options;

import io.grokgrid.store.Unwritable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A path, or a whole configuration on the command line, as {@code data:;base64,TEXT}: a driver that
 * runs elsewhere has no other file of the machine that it was submitted from.
 */
public final class ConfConverter implements ITypeConverter<Path> {
  private static final String DATA = "data:";
  private static final String BASE64 = DATA + ";base64,";

  @Override
  public Path convert(String value) {
    return value.startsWith(DATA) ? file(decoded(value)) : Path.of(value);
  }

  private static byte[] decoded(String value) {
    if (!value.startsWith(BASE64)) {
      throw new TypeConversionException(
          "a configuration as text must begin with \"%s\", was %s".formatted(BASE64, shown(value)));
    }
    try {
      return Base64.getDecoder().decode(value.substring(BASE64.length()));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "a configuration as text must go on with base64 behind \"%s\", was %s (%d letters): %s"
              .formatted(BASE64, shown(value), value.length(), e.getMessage()));
    }
  }

  private static String shown(String value) {
    return value.length() > 40 ? value.substring(0, 40) + ".." : value;
  }

  /** Goes with this process. */
  private static Path file(byte[] text) {
    try {
      Path folder = Files.createTempDirectory("grokgrid-conf-");
      folder.toFile().deleteOnExit();
      Path file = Files.write(folder.resolve("given.conf"), text);
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new TypeConversionException(
          "a configuration as text needs a temporary folder (TMPDIR) that can be written: "
              + Unwritable.reason(e));
    }
  }
}
