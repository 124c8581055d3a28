package io.grokgrid.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FormatTest {
  private static final Table EMPTY = new Table(List.of("a", "b"), List.of());

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(
            print(
                Format.CSV,
                "plain",
                "a,b",
                "say \"no\"",
                "two\nlines",
                "",
                null,
                1.5,
                Double.NaN,
                List.of(1, 2)))
        .isEqualTo(
            "c0,c1,c2,c3,c4,c5,c6,c7,c8\n"
                + "plain,\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\"\",,1.5,NaN,\"[1,2]\"\n");
    assertThat(print(Format.CSV, EMPTY)).isEqualTo("a,b\n");
  }

  @Test
  void jsonHasNullForWhatIsNotFinite() {
    assertThat(
            print(
                Format.JSON,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                List.of(1.0, Double.NaN),
                Map.of("loss", Double.NaN)))
        .isEqualTo(
            "[\n{\"c0\":null,\"c1\":null,\"c2\":null,\"c3\":[1.0,null],\"c4\":{\"loss\":null}}\n]\n");
  }

  @Test
  void jsonWritesEachTypeInItsOwnWay() {
    assertThat(
            print(
                Format.JSON,
                "say \"no\"\n",
                true,
                7L,
                1e-8,
                new BigDecimal("0.10"),
                Instant.parse("2026-11-21T23:15:00.125Z"),
                null))
        .isEqualTo(
            "[\n{\"c0\":\"say \\\"no\\\"\\n\",\"c1\":true,\"c2\":7,\"c3\":1.0E-8,\"c4\":0.10,"
                + "\"c5\":\"2026-11-21T23:15:00.125Z\",\"c6\":null}\n]\n");
    assertThat(print(Format.JSON, EMPTY)).isEqualTo("[]\n");
  }

  @Test
  void jsonSeparatesRows() {
    assertThat(print(Format.JSON, new Table(List.of("a"), List.of(List.of(1), List.of(2)))))
        .isEqualTo("[\n{\"a\":1},\n{\"a\":2}\n]\n");
  }

  @Test
  void tablesAreAlignedNumbersToTheRight() {
    Table table =
        new Table(
            List.of("name", "loss"),
            List.of(List.of("a", 0.123456789), List.of("longer\nname", 12.0), List.of("", 1e-9)));

    assertThat(print(Format.TABLE, table))
        .isEqualTo(
            """
            name               loss
            a              0.123457
            longer | name        12
                               1E-9
            """);
  }

  private static String print(Format format, @Nullable Object... row) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < row.length; i++) {
      columns.add("c" + i);
    }
    return print(format, new Table(columns, List.of(Arrays.asList(row))));
  }

  private static String print(Format format, Table table) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    format.print(table, new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
