package io.grokgrid.hocon;

import com.typesafe.config.ConfigSyntax;
import io.grokgrid.base.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One configuration text.
 *
 * @param name the file as the user gave it, the name of a class path resource, or a setting
 * @param file null for a resource
 */
public record Source(String name, @Nullable Path file, String text) {
  /** A file that is there and no configuration. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    private Unreadable(String message, int line) {
      super(message);
      this.line = line;
    }

    /** Where in the file; 0 if that means nothing. */
    int line() {
      return line;
    }
  }

  /**
   * @param file a relative one is below the working directory, and is shown as it was given
   * @return empty if there is no such file
   * @throws Unreadable if it is no text in UTF-8
   */
  static Optional<Source> file(Path file) {
    Path absolute = file.toAbsolutePath();
    if (!Files.exists(absolute)) {
      return Optional.empty();
    }
    return Optional.of(new Source(file.toString(), file, text(bytes(absolute))));
  }

  /** A pipe or a device might never end. */
  private static byte[] bytes(Path file) {
    if (Files.isDirectory(file)) {
      throw new Unreadable("cannot be read: it is a directory", 0);
    }
    if (!Files.isRegularFile(file)) {
      throw new Unreadable("cannot be read: it is no regular file", 0);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(Limits.MOST_BYTES + 1);
      if (bytes.length > Limits.MOST_BYTES) {
        String was = Math.max(bytes.length, Files.size(file)) + "";
        throw new Unreadable("must have at most " + Limits.MOST_BYTES + " bytes, was " + was, 0);
      }
      return bytes;
    } catch (AccessDeniedException e) {
      throw new Unreadable("cannot be read: permission denied", 0);
    } catch (IOException e) {
      throw new Unreadable("cannot be read: " + e.getMessage(), 0);
    }
  }

  private static String text(byte[] bytes) {
    CharBuffer text = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult end = decoder.decode(in, text, true);
    text.flip();
    String read = text.toString();
    int nul = read.indexOf('\0');
    if (nul >= 0 || isUtf16(bytes)) {
      String what = isUtf16(bytes) ? "is UTF-16" : "has a NUL byte";
      throw new Unreadable("must be text in UTF-8, " + what, line(read, Math.max(0, nul)));
    }
    if (end.isError()) {
      String what = "has the byte 0x%02x where no character begins or goes on so";
      String found = what.formatted(bytes[in.position()]);
      throw new Unreadable("must be text in UTF-8, " + found, line(read, read.length()));
    }
    Matcher alone = CARRIAGE_RETURN_ALONE.matcher(read);
    if (alone.find()) {
      throw new Unreadable(
          "must have line ends LF or CR LF, has a CR alone", line(read, alone.start()));
    }
    return read.startsWith("\ufeff") ? read.substring(1) : read;
  }

  private static final Pattern CARRIAGE_RETURN_ALONE = Pattern.compile("\r(?!\n)");

  private static boolean isUtf16(byte[] bytes) {
    return bytes.length > 1
        && ((bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff)
            || (bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe));
  }

  private static int line(String text, int end) {
    return 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  public static Optional<Source> resource(String name) {
    try (InputStream in = Source.class.getClassLoader().getResourceAsStream(name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(
              new Source(name, null, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text at {@code relative}, seen from where this one stands. */
  Optional<Source> beside(String relative) {
    String name = nameBeside(relative);
    return file == null ? resource(name) : file(Path.of(name));
  }

  /** Where {@link #beside} looks. */
  String nameBeside(String relative) {
    return Path.of(name).resolveSibling(relative.replace('\0', '?')).normalize().toString();
  }

  /** JSON by a file's extension, else HOCON. */
  ConfigSyntax syntax() {
    return file != null && name.endsWith(".json") ? ConfigSyntax.JSON : ConfigSyntax.CONF;
  }

  /** A line of this text; 0 for all of it. */
  Place place(int line) {
    return Place.of(Shown.whole(name), line);
  }
}
