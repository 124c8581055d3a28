package io.grokgrid.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PackedTableTest {
  private static Unpacked packedAndUnpacked(Kind kind, @Nullable Object... values) {
    PackedTable table = new PackedTable("t", "SELECT 1", "query", Map.of("c", kind));
    for (Object value : values) {
      table.add(Arrays.asList(value));
    }
    return Unpacked.one(table.html());
  }

  private static List<@Nullable Object> column(Kind kind, @Nullable Object... values) {
    return packedAndUnpacked(kind, values).column("c");
  }

  @Test
  void textsAreInADictionaryInOrderOfAppearance() {
    Unpacked table = packedAndUnpacked(Kind.TEXT, "b", "a", null, "b", "", List.of(1, "x"));
    assertThat(table.column("c")).containsExactly("b", "a", null, "b", "", "[1,\"x\"]");
    assertThat(table.head().at("/columns/0/dictionary"))
        .extracting(node -> node.asText())
        .containsExactly("b", "a", "", "[1,\"x\"]");
  }

  @Test
  void moreTextsThanAByteCounts() {
    Object[] texts = new Object[300];
    Arrays.setAll(texts, i -> "text " + i);
    assertThat(column(Kind.TEXT, texts)).containsExactly(texts);
  }

  @Test
  void integersAndTruthsAreExact() {
    long large = 1L << 53;
    assertThat(column(Kind.INT, 0, -1, large, null, -large, 63, 64, true, false))
        .containsExactly(0L, -1L, large, null, -large, 63L, 64L, 1L, 0L);
    assertThat(column(Kind.INT, Long.MAX_VALUE, Long.MIN_VALUE))
        .containsExactly(Long.MAX_VALUE, Long.MIN_VALUE);
  }

  @Test
  void doublesAreExact() {
    Object[] values = {
      0.1, -0.0, Double.NaN, Double.POSITIVE_INFINITY, null, Double.MIN_VALUE, -Double.MAX_VALUE
    };
    assertThat(column(Kind.FLOAT64, values)).containsExactly(values);
  }

  @Test
  void fourDigitsOfADouble() {
    assertThat(
            column(
                Kind.SIG4,
                Math.PI,
                -1e-300 / 3,
                0.0,
                Double.NaN,
                null,
                Double.POSITIVE_INFINITY,
                1e300,
                Double.NEGATIVE_INFINITY,
                Double.MIN_VALUE))
        .containsExactly(
            3.142,
            -3.333e-301,
            0.0,
            null,
            null,
            Double.POSITIVE_INFINITY,
            1e300,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE);
  }

  @Test
  void columnsLieOneAfterTheOther() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("run", Kind.INT);
    kinds.put("none", Kind.SIG4);
    kinds.put("name", Kind.TEXT);
    PackedTable table = new PackedTable("two columns", "SELECT", "query", kinds);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (long i = 0; i < 17; i++) {
      rows.add(Arrays.asList(i % 3 == 0 ? null : i * i, null, "x" + i % 2));
      table.add(rows.get(rows.size() - 1));
    }
    Unpacked read = Unpacked.one(table.html());
    assertThat(read.columns()).containsExactly("run", "none", "name");
    assertThat(read.rows()).isEqualTo(rows);
  }

  @Test
  void anEmptyTableHasNoRows() {
    Unpacked table = packedAndUnpacked(Kind.SIG4);
    assertThat(table.rows()).isEmpty();
    assertThat(table.head().get("rows").intValue()).isZero();
    assertThat(new PackedTable("t", "", "", Map.of()).isEmpty()).isTrue();
  }

  /** All that comes from a store is in the head, and stays text there. */
  @Test
  void noTextEndsTheElement() {
    String evil = "'><script>alert(1)</script>&lt;\"";
    PackedTable table = new PackedTable("t", evil, evil, Map.of(evil, Kind.TEXT));
    table.add(List.of(evil));
    assertThat(table.html().split("<", -1)).hasSize(3);
    Unpacked read = Unpacked.one(table.html());
    assertThat(read.column(evil)).containsExactly(evil);
    assertThat(read.head().get("sql").textValue()).isEqualTo(evil);
  }
}
