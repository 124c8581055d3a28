package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.math.Confidence;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class SqlFunctionTest {
  private final SparkSession session = Sparks.session();

  SqlFunctionTest() {
    SqlFunction.register(session);
  }

  @Test
  void ofCountsTakeWholeNumbersOfAnyType() {
    double low = Confidence.wilsonLow(2, 3);
    assertThat(low).isEqualTo(0.2077, within(5e-5)); // as R's binom::binom.confint has it
    assertThat(sql("SELECT wilson_low(2, 3), wilson_low(2L, 3S), WILSON_LOW(2.0, double(3))"))
        .containsExactly("%1$s,%1$s,%1$s".formatted(low));
    assertThat(sql("SELECT wilson_high(2, 3), sign_test(9, 1)"))
        .containsExactly(Confidence.wilsonHigh(2, 3) + "," + Confidence.signTest(9, 1));
  }

  @Test
  void areNullWhereTheyAreNotDefined() {
    assertThat(sql("SELECT wilson_low(0, 0), wilson_high(NULL, 3), sign_test(1, NULL)"))
        .containsExactly("null,null,null");
    assertThatThrownBy(() -> sql("SELECT wilson_low(id, 2) FROM range(3, 4)"))
        .hasStackTraceContaining("successes must be from 0 to trials 2, was 3");
  }

  @Test
  void theEndsOfAMediansIntervalAreTwoOfTheValues() {
    assertThat(sql("SELECT median_low(id), median_high(id) FROM range(1, 11)"))
        .containsExactly("2.0,9.0");
    assertThat(sql("SELECT median_low(id), median_high(id) FROM range(1, 6)"))
        .containsExactly("null,null");
    assertThat(
            sql(
                """
                SELECT g, median_low(x) FILTER (WHERE x < 90), median_high(x)
                FROM VALUES (1, 6), (1, 4), (1, NULL), (1, 5), (1, 99), (1, 2), (1, 3), (1, 1.5),
                  (2, 1), (2, 2) AS runs(g, x)
                GROUP BY g ORDER BY g
                """))
        .containsExactly("1,1.5,99.0", "2,null,null");
  }

  @Test
  void areFoundByTheirNamesInAnyCase() {
    for (SqlFunction function : SqlFunction.values()) {
      assertThat(SqlFunction.named(function.name())).contains(function);
      assertThat(SqlFunction.named(function.key())).contains(function);
    }
    assertThat(SqlFunction.named("reflect")).isEmpty();
  }

  private List<String> sql(String query) {
    return session.sql(query).collectAsList().stream().map((Row row) -> row.mkString(",")).toList();
  }
}
