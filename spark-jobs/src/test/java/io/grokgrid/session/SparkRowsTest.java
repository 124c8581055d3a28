package io.grokgrid.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.tables.Sparks;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SparkRowsTest {
  @Test
  void areOfPlainJavaValues() {
    Table table =
        SparkRows.table(
            Sparks.session()
                .sql(
                    """
                    SELECT 1 AS number, timestamp'2026-11-21 23:15:00.125Z' AS time,
                      date'2026-11-21' AS day, array(named_struct('step', 7, 'loss', NULL)) AS rows,
                      map('a', array(1.5D)) AS map, X'00FF' AS bytes, NULL AS nothing
                    """));
    List<@Nullable Object> row = table.rows().iterator().next();

    assertThat(table.columns())
        .containsExactly("number", "time", "day", "rows", "map", "bytes", "nothing");
    assertThat(row.subList(0, 3))
        .containsExactly(1, Instant.parse("2026-11-21T23:15:00.125Z"), LocalDate.of(2026, 11, 21));
    assertThat(Format.json(row.get(3))).isEqualTo("[{\"step\":7,\"loss\":null}]");
    assertThat(row.get(4)).isEqualTo(Map.of("a", List.of(1.5)));
    assertThat(row.get(5)).isEqualTo("00ff");
    assertThat(row.get(6)).isNull();
  }
}
