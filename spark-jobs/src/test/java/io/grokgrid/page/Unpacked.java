package io.grokgrid.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A table as a reader of the page finds it, by the definition of the format alone.
 *
 * @param head as JSON
 * @param rows values are String, Long or Double
 */
public record Unpacked(JsonNode head, List<List<@Nullable Object>> rows) {
  private static final Pattern TABLE =
      Pattern.compile(
          "<script type=\"text/plain\" class=\"table\" id=\"table-([^\"]*)\" data-head='([^']*)'>"
              + "([^<]*)</script>\n");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** All tables of a page, by name. */
  public static Map<String, Unpacked> all(String page) {
    Map<String, Unpacked> tables = new LinkedHashMap<>();
    Matcher table = TABLE.matcher(page);
    while (table.find()) {
      tables.put(table.group(1), of(text(table.group(2)), table.group(3)));
    }
    return tables;
  }

  /** The one that there is. */
  static Unpacked one(String html) {
    Map<String, Unpacked> tables = all(html);
    assertThat(tables).hasSize(1);
    return tables.values().iterator().next();
  }

  /** What a page says of itself: the JSON of the element of this id. */
  public static JsonNode json(String page, String id) {
    Matcher element =
        Pattern.compile("<script type=\"application/json\" id=\"" + id + "\">([^<]*)</script>")
            .matcher(page);
    assertThat(element.find()).as(id).isTrue();
    return read(element.group(1));
  }

  /** The values of a column. */
  public List<@Nullable Object> column(String name) {
    int at = columns().indexOf(name);
    List<@Nullable Object> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.get(at)));
    return values;
  }

  public List<String> columns() {
    return head.get("columns").findValuesAsText("name");
  }

  private static Unpacked of(String head, String base64) {
    JsonNode json = read(head);
    ByteBuffer bytes = inflated(base64);
    int count = json.get("rows").intValue();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(new ArrayList<>());
    }
    json.get("columns").forEach(column -> read(bytes, column, rows));
    assertThat(bytes.hasRemaining()).isFalse();
    return new Unpacked(json, rows);
  }

  private static void read(ByteBuffer bytes, JsonNode column, List<List<@Nullable Object>> rows) {
    byte[] nulls = new byte[(rows.size() + 7) / 8];
    bytes.get(nulls);
    long last = 0;
    for (int i = 0; i < rows.size(); i++) {
      if ((nulls[i / 8] >> (i % 8) & 1) == 1) {
        rows.get(i).add(null);
        continue;
      }
      switch (column.get("kind").textValue()) {
        case "text" -> rows.get(i).add(column.get("dictionary").get((int) varint(bytes)).asText());
        case "float64" -> rows.get(i).add(bytes.getDouble());
        case "int" -> rows.get(i).add(last += unzigzag(varint(bytes)));
        default -> rows.get(i).add(ofFourDigits(last += unzigzag(varint(bytes))));
      }
    }
  }

  private static double ofFourDigits(long code) {
    long size = Math.abs(code);
    if (size == 0 || size == (1L << 31) - 1) {
      return size == 0 ? 0 : code > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    long mantissa = (size - 1) % 9000 + 1000;
    long exponent = (size - 1) / 9000 - 400;
    return (code > 0 ? 1 : -1) * Double.parseDouble(mantissa + "e" + (exponent - 3));
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 127) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static long unzigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }

  private static ByteBuffer inflated(String base64) {
    byte[] packed = Base64.getDecoder().decode(base64);
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String html) {
    return html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }
}
