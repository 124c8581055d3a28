package io.grokgrid.page;

import io.grokgrid.console.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column as a stream of bytes: a bit a row, the lowest of a byte first, 1 for
 * null; then the values of the rows that are not null, as {@link Kind} says. Varints are unsigned
 * LEB128; differences are to the value before, of the first to 0; NaN has no four digits and is
 * null there.
 */
final class PackedColumn {
  private final String name;
  private final Kind kind;
  private final ByteArrayOutputStream nulls = new ByteArrayOutputStream();
  private final ByteArrayOutputStream values = new ByteArrayOutputStream();
  private final Map<String, Integer> dictionary = new LinkedHashMap<>();
  private int rows;
  private int bits;
  private long last;

  PackedColumn(String name, Kind kind) {
    this.name = name;
    this.kind = kind;
  }

  /**
   * @param value a Number or Boolean, but for {@link Kind#TEXT}, which takes anything by its text,
   *     lists and maps by that in JSON
   */
  void add(@Nullable Object value) {
    boolean isNull = value == null || (kind == Kind.SIG4 && Double.isNaN(real(value)));
    bits |= (isNull ? 1 : 0) << (rows % 8);
    rows++;
    if (rows % 8 == 0) {
      nulls.write(bits);
      bits = 0;
    }
    if (!isNull && value != null) {
      put(value);
    }
  }

  private void put(Object value) {
    switch (kind) {
      case TEXT -> putVarint(place(Format.text(value)));
      case INT -> putDifference(whole(value));
      case FLOAT64 -> putDouble(real(value));
      case SIG4 -> putDifference(FourDigits.code(real(value)));
    }
  }

  private int place(String text) {
    Integer known = dictionary.putIfAbsent(text, dictionary.size());
    return known == null ? dictionary.size() - 1 : known;
  }

  private static long whole(Object value) {
    return value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).longValue();
  }

  private static double real(Object value) {
    return ((Number) value).doubleValue();
  }

  private void putDifference(long value) {
    long difference = value - last;
    last = value;
    putVarint((difference << 1) ^ (difference >> 63));
  }

  private void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      values.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    values.write((int) rest);
  }

  private void putDouble(double value) {
    long left = Double.doubleToLongBits(value);
    for (int i = 0; i < Double.BYTES; i++) {
      values.write((int) (left >>> (8 * i)) & 0xFF);
    }
  }

  /** What a reader must know of it, as JSON's objects. */
  Map<String, Object> head() {
    Map<String, Object> head = new LinkedHashMap<>(Map.of("name", name));
    head.put("kind", kind.key());
    if (kind == Kind.TEXT) {
      head.put("dictionary", List.copyOf(dictionary.keySet()));
    }
    return head;
  }

  void writeTo(OutputStream out) throws IOException {
    nulls.writeTo(out);
    if (rows % 8 != 0) {
      out.write(bits);
    }
    values.writeTo(out);
  }
}
