package io.grokgrid.experiment;

import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One configuration text.
 *
 * @param name the file as the user gave it, or the name of a class path resource
 * @param file null for a resource
 */
record Source(String name, @Nullable Path file, String text) {
  /**
   * @param file a relative one is below the working directory, and is shown as it was given
   * @return empty if there is no such file
   * @throws UncheckedIOException if there is but it cannot be read as UTF-8
   */
  static Optional<Source> file(Path file) {
    Path absolute = file.toAbsolutePath();
    if (!Files.exists(absolute)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Source(file.toString(), file, Files.readString(absolute)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Optional<Source> resource(String name) {
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

  /** JSON by the file's extension, else HOCON. */
  ConfigSyntax syntax() {
    return name.endsWith(".json") ? ConfigSyntax.JSON : ConfigSyntax.CONF;
  }

  /** Line of the first include statement with this text in it; 0 if there is none. */
  int lineOfInclude(String text) {
    String[] lines = text().split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      boolean comment = line.startsWith("#") || line.startsWith("//");
      if (!comment && line.contains("include") && line.contains(text)) {
        return i + 1;
      }
    }
    return 0;
  }
}
