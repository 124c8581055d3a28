package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class KaplanMeierQuantileTest {
  private final SparkSession session = Sparks.session();

  KaplanMeierQuantileTest() {
    SqlFunction.register(session);
  }

  /** Curve: 2/3 at 10; the second is censored; 0 at 30. */
  @Test
  void isAnAggregateOfAnyQuery() {
    assertThat(
            sql(
                """
                SELECT km_quantile(t, r, 0.25), km_quantile(t, r, 0.5), km_quantile(t, r, 1)
                FROM VALUES (10, true), (20, false), (30, true) AS runs(t, r)
                """))
        .containsExactly("10,30,30");
  }

  @Test
  void isNullWhereTheCurveNeverFallsFarEnough() {
    assertThat(
            sql(
                "SELECT km_quantile(t, r, 0.5) FROM VALUES (10, true), (20, false), (20, false) "
                    + "AS runs(t, r)"))
        .containsExactly("null");
    assertThat(sql("SELECT km_quantile(t, true, 0.5) FROM VALUES (10) AS runs(t) WHERE t > 10"))
        .containsExactly("null");
  }

  @Test
  void leavesOutNullsAndWhatAFilterExcludes() {
    assertThat(
            sql(
                """
                SELECT g, km_quantile(t, r, 0.5) FILTER (WHERE t IS NULL OR t < 90)
                FROM VALUES (1, 10, true), (1, NULL, true), (1, 90, false), (1, 20, NULL),
                  (2, 40, true), (2, 50, true) AS runs(g, t, r)
                GROUP BY g ORDER BY g
                """))
        .containsExactly("1,10", "2,40");
  }

  private List<String> sql(String query) {
    return session.sql(query).collectAsList().stream().map((Row row) -> row.mkString(",")).toList();
  }
}
