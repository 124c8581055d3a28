package io.grokgrid.experiment;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Parses a text and what it includes. The library ignores an include that it does not find and
 * fetches URLs; here both are problems, at the line of the include statement.
 */
final class Includes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private static final Pattern URL_SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");
  private static final Pattern EXTENSION = Pattern.compile(".*\\.(conf|json)");

  private final Source source;
  private final List<String> within;
  private final Problems problems;

  private Includes(Source source, List<String> within, Problems problems) {
    this.source = source;
    this.within = within;
    this.problems = problems;
  }

  /** The values in {@code source}, substitutions unresolved; what is wrong goes to problems. */
  static ConfigObject parse(Source source, Problems problems) {
    return new Includes(source, List.of(source.name()), problems).parse();
  }

  private ConfigObject parse() {
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(source.syntax())
            .setOriginDescription(source.name())
            .setIncluder(this);
    try {
      return ConfigFactory.parseString(source.text(), options).root();
    } catch (ConfigException e) {
      note(e, problems);
      return ConfigFactory.empty().root();
    }
  }

  /** The library's message without the origin that it begins with. */
  static void note(ConfigException e, Problems problems) {
    String message = String.valueOf(e.getMessage());
    if (e.origin() == null) {
      problems.add(new Place("configuration", 0), message);
      return;
    }
    String prefix = e.origin().description() + ": ";
    problems.add(
        Place.of(e.origin()),
        message.startsWith(prefix) ? message.substring(prefix.length()) : message);
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (URL_SCHEME.matcher(what).matches()) {
      return refuse(what, url(what));
    }
    return first(what, List.of(source::beside, Source::resource));
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return first(what.getPath(), List.of(source::beside));
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return first(what, List.of(Source::resource));
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    // A URL does not remember that file:/x was written file:///x.
    String url = what.toString();
    String asWritten = url.replaceFirst("^file:/(?!/)", "file:///");
    int line = source.lineOfInclude("url(\"" + asWritten);
    return refuse(line > 0 ? line : source.lineOfInclude("url(\"" + url), url(url));
  }

  private static String url(String url) {
    return "must not include a URL, was \"" + url + "\"";
  }

  private ConfigObject refuse(String what, String message) {
    return refuse(source.lineOfInclude("\"" + what + "\""), message);
  }

  private ConfigObject refuse(int line, String message) {
    problems.add(new Place(source.name(), line), message);
    return ConfigFactory.empty().root();
  }

  private ConfigObject first(String what, List<Function<String, Optional<Source>>> lookups) {
    List<String> names =
        EXTENSION.matcher(what).matches() ? List.of(what) : List.of(what + ".conf", what + ".json");
    try {
      for (Function<String, Optional<Source>> lookup : lookups) {
        for (String name : names) {
          Optional<Source> found = lookup.apply(name);
          if (found.isPresent()) {
            return included(what, found.get());
          }
        }
      }
    } catch (UncheckedIOException e) {
      return refuse(what, "include \"" + what + "\" cannot be read: " + e.getCause());
    }
    return refuse(what, notFound(what, names));
  }

  private ConfigObject included(String what, Source found) {
    if (within.contains(found.name())) {
      return refuse(what, "include \"" + what + "\" leads back to " + found.name());
    }
    List<String> path = new ArrayList<>(within);
    path.add(found.name());
    return new Includes(found, path, problems).parse();
  }

  private String notFound(String what, List<String> names) {
    List<String> beside = names.stream().map(source::nameBeside).toList();
    return "include \"%s\" was not found; looked for %s, and for %s on the class path"
        .formatted(what, String.join(", ", beside), String.join(", ", names));
  }

  /** Never asked to give way: nothing is looked for but here. */
  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }
}
