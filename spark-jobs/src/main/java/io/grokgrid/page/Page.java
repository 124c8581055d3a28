package io.grokgrid.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grokgrid.console.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A report: the template {@code page.html} with its style, its program, the library that draws, and
 * the data. The same contents give the same bytes, but for one line, which says when it was made
 * and from what.
 *
 * @param meta what holds for all of it, as values of JSON
 * @param tables in the order of the page
 */
public record Page(Map<String, @Nullable Object> meta, List<PackedTable> tables) {
  private static final String D3 = "/META-INF/resources/webjars/d3/7.9.0/";

  /** In the order in which they build on each other. */
  private static final List<String> PROGRAM =
      List.of(
          "data.js",
          "statistics.js",
          "frame.js",
          "charts.js",
          "sections.js",
          "circuits.js",
          "compare.js",
          "start.js");

  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  /**
   * Writes it in UTF-8; the stream stays open.
   *
   * @param from the store's URI
   */
  public void writeTo(OutputStream out, Instant at, String from) throws IOException {
    String template = text("page.html");
    Writer to = new OutputStreamWriter(out, UTF_8);
    Matcher place = PLACE.matcher(template);
    int written = 0;
    while (place.find()) {
      to.append(template, written, place.start());
      put(place.group(1), to, at, from);
      written = place.end();
    }
    to.append(template, written, template.length()).flush();
  }

  private void put(String place, Writer to, Instant at, String from) throws IOException {
    switch (place) {
      case "css" -> to.append(text("page.css"));
      case "d3" ->
          to.append("/*\n" + text(D3 + "LICENSE") + "*/\n").append(text(D3 + "dist/d3.min.js"));
      case "js" -> {
        for (String part : PROGRAM) {
          to.append(text(part));
        }
      }
      case "made" -> to.append(json("made", made(at, from)));
      case "meta" -> to.append(json("meta", meta));
      case "tables" -> {
        for (PackedTable table : tables) {
          to.append(table.html());
        }
      }
      default -> throw new IllegalStateException("page.html has a place for " + place);
    }
  }

  private static Map<String, @Nullable Object> made(Instant at, String from) {
    Map<String, @Nullable Object> made = new LinkedHashMap<>();
    made.put("at", at.truncatedTo(ChronoUnit.SECONDS));
    made.put("from", from);
    return made;
  }

  /** No text in it can end the element. */
  private static String json(String id, Map<String, @Nullable Object> value) {
    return "<script type=\"application/json\" id=\"%s\">%s</script>"
        .formatted(id, Format.json(value).replace("<", "\\u003c"));
  }

  /** A text as it stands in HTML, in attributes too. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String text(String resource) {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the application jar lacks " + resource);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
