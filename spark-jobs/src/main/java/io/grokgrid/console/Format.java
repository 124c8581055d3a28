package io.grokgrid.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a {@link Table} is printed. */
public enum Format {
  /** Aligned columns for people: six digits of a number, an empty cell for null. */
  TABLE {
    @Override
    public void print(Table table, PrintStream out, boolean colour) {
      List<List<String>> lines = new ArrayList<>();
      List<Boolean> numeric = new ArrayList<>(table.columns().stream().map(name -> true).toList());
      for (List<@Nullable Object> row : table.rows()) {
        for (int i = 0; i < row.size(); i++) {
          Object value = row.get(i);
          numeric.set(i, numeric.get(i) && (value == null || value instanceof Number));
        }
        lines.add(row.stream().map(value -> oneLine(rounded(value))).toList());
      }
      List<Integer> widths = widths(table.columns(), lines);
      String header = aligned(table.columns(), widths, numeric);
      out.print((colour ? "\u001b[1m" + header + "\u001b[0m" : header) + "\n");
      lines.forEach(line -> out.print(aligned(line, widths, numeric) + "\n"));
    }
  },

  /** RFC 4180, with a header and lines that end in a line feed; null is empty, an empty text "". */
  CSV {
    @Override
    public void print(Table table, PrintStream out, boolean colour) {
      out.print(String.join(",", table.columns().stream().map(Format::quoted).toList()) + "\n");
      for (List<@Nullable Object> row : table.rows()) {
        out.print(String.join(",", row.stream().map(Format::cell).toList()) + "\n");
      }
    }
  },

  /** An array of objects; what is not finite is null, a time is ISO 8601 in UTC. */
  JSON {
    @Override
    public void print(Table table, PrintStream out, boolean colour) {
      String separator = "[\n";
      for (List<@Nullable Object> row : table.rows()) {
        StringBuilder object = new StringBuilder(separator).append('{');
        for (int i = 0; i < row.size(); i++) {
          object.append(i == 0 ? "" : ",").append(json(table.columns().get(i)));
          object.append(':').append(json(row.get(i)));
        }
        out.print(object.append('}'));
        separator = ",\n";
      }
      out.print(separator.startsWith("[") ? "[]\n" : "\n]\n");
    }
  };

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final MathContext SIX_DIGITS = new MathContext(6);

  /** Prints all rows, each ended by a line feed. */
  public abstract void print(Table table, PrintStream out, boolean colour);

  /** One value as JSON: a value of a {@link Table}. */
  public static String json(@Nullable Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = MAPPER.createGenerator((Writer) text)) {
      write(value, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(@Nullable Object value, JsonGenerator to) throws IOException {
    if (value == null || isNotFinite(value)) {
      to.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      to.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        to.writeFieldName(String.valueOf(entry.getKey()));
        write(entry.getValue(), to);
      }
      to.writeEndObject();
    } else if (value instanceof Iterable<?> items) {
      to.writeStartArray();
      for (Object item : items) {
        write(item, to);
      }
      to.writeEndArray();
    } else if (value instanceof BigDecimal decimal) {
      to.writeNumber(decimal.toPlainString());
    } else if (value instanceof Number || value instanceof Boolean) {
      MAPPER.writeValue(to, value);
    } else {
      to.writeString(value.toString());
    }
  }

  private static boolean isNotFinite(Object value) {
    return (value instanceof Double || value instanceof Float)
        && !Double.isFinite(((Number) value).doubleValue());
  }

  /** A value as text; lists and maps as JSON, null as nothing. */
  public static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof Iterable<?> || value instanceof Map<?, ?>
        ? json(value)
        : value.toString();
  }

  private static String rounded(@Nullable Object value) {
    if ((value instanceof Double || value instanceof Float) && !isNotFinite(value)) {
      double number = ((Number) value).doubleValue();
      BigDecimal six = new BigDecimal(number).round(SIX_DIGITS).stripTrailingZeros();
      boolean plain = number == 0 || (Math.abs(number) >= 1e-4 && Math.abs(number) < 1e9);
      return plain ? six.toPlainString() : six.toString();
    }
    return text(value);
  }

  /** Alignment needs every row on a line of its own; control characters would move the cursor. */
  private static String oneLine(String text) {
    return text.strip().replaceAll("\\R+", " | ").replaceAll("\\p{Cntrl}", " ");
  }

  private static String cell(@Nullable Object value) {
    return "".equals(value) ? "\"\"" : quoted(text(value));
  }

  private static String quoted(String text) {
    boolean special = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return special ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
  }

  private static List<Integer> widths(List<String> header, List<List<String>> lines) {
    List<Integer> widths = new ArrayList<>(header.stream().map(String::length).toList());
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        widths.set(i, Math.max(widths.get(i), line.get(i).length()));
      }
    }
    return widths;
  }

  private static String aligned(List<String> cells, List<Integer> widths, List<Boolean> right) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String padding = " ".repeat(widths.get(i) - cells.get(i).length());
      line.append(i == 0 ? "" : "  ");
      line.append(right.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }
}
