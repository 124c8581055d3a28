package io.grokgrid.hocon;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import io.grokgrid.base.Shown;
import java.io.File;
import java.net.URL;
import java.util.ArrayList;
import java.util.Iterator;
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
  private final Iterator<Outline.Include> statements;
  private final Limits limits;
  private final Problems problems;
  private Outline.Include at = new Outline.Include(0, false); // where the library is

  private Includes(
      Source source,
      List<String> within,
      List<Outline.Include> statements,
      Limits limits,
      Problems problems) {
    this.source = source;
    this.within = within;
    this.statements = statements.iterator();
    this.limits = limits;
    this.problems = problems;
  }

  /** The values in {@code source}, substitutions unresolved; what is wrong goes to problems. */
  static ConfigObject parse(Source source, Limits limits, Problems problems) {
    return parse(source, List.of(source.name()), false, limits, problems);
  }

  private static ConfigObject parse(
      Source source, List<String> within, boolean isNested, Limits limits, Problems problems) {
    Outline outline = Outline.of(source, isNested, limits, problems);
    if (!outline.fits()) {
      return ConfigFactory.empty().root();
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(source.syntax())
            .setOriginDescription(source.place(0).source())
            .setIncluder(new Includes(source, within, outline.includes(), limits, problems));
    try {
      return ConfigFactory.parseString(source.text(), options).root();
    } catch (InvalidConfiguration e) {
      throw e; // of an include
    } catch (RuntimeException | StackOverflowError e) {
      Unparsed.note(e, source.place(0), problems);
      return ConfigFactory.empty().root();
    }
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    next();
    if (URL_SCHEME.matcher(what).matches()) {
      return refuse(url(what));
    }
    return first(what, List.of(source::beside, Source::resource));
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    next();
    return first(what.getPath(), List.of(source::beside));
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    next();
    return first(what, List.of(Source::resource));
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    next();
    return refuse(url(what.toString()));
  }

  private void next() {
    at = statements.hasNext() ? statements.next() : at;
  }

  private static String url(String url) {
    return "must not include a URL, was \"" + Shown.cut(url) + "\"";
  }

  private ConfigObject refuse(String message) {
    problems.add(source.place(at.line()), message);
    return ConfigFactory.empty().root();
  }

  private ConfigObject first(String what, List<Function<String, Optional<Source>>> lookups) {
    limits.addInclude(source.place(at.line()), within.size());
    List<String> names =
        EXTENSION.matcher(what).matches() ? List.of(what) : List.of(what + ".conf", what + ".json");
    for (Function<String, Optional<Source>> lookup : lookups) {
      for (String name : names) {
        try {
          Optional<Source> found = lookup.apply(name);
          if (found.isPresent()) {
            return included(what, found.get());
          }
        } catch (Source.Unreadable e) {
          return unreadable(what, source.nameBeside(name), e);
        }
      }
    }
    return refuse(notFound(what, names));
  }

  private ConfigObject unreadable(String what, String name, Source.Unreadable e) {
    if (e.line() == 0) {
      return refuse(named(what) + " " + e.getMessage());
    }
    problems.add(Place.of(Shown.whole(name), e.line()), String.valueOf(e.getMessage()));
    return ConfigFactory.empty().root();
  }

  private ConfigObject included(String what, Source found) {
    if (within.contains(found.name())) {
      return refuse(named(what) + " leads back to " + Shown.path(found.name()));
    }
    List<String> path = new ArrayList<>(within);
    path.add(found.name());
    return parse(found, path, at.isNested(), limits, problems);
  }

  private String notFound(String what, List<String> names) {
    List<String> beside = names.stream().map(source::nameBeside).map(Shown::path).toList();
    return "%s was not found; looked for %s, and for %s on the class path"
        .formatted(
            named(what),
            String.join(", ", beside),
            String.join(", ", names.stream().map(Shown::path).toList()));
  }

  private static String named(String what) {
    return "include \"" + Shown.cut(what) + "\"";
  }

  /** Never asked to give way: nothing is looked for but here. */
  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }
}
