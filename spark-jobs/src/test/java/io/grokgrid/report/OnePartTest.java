package io.grokgrid.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grokgrid.tables.Sparks;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnePartTest {
  private final SparkSession session = Sparks.session();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, id % 7 AS rest FROM range(0, 1000, 1, 4) ORDER BY rest DESC, id",
        // By a column that is not in the answer.
        "SELECT id FROM range(0, 1000, 1, 4) ORDER BY id % 7, id",
        "WITH some AS (SELECT id % 7 AS rest, count(*) AS n FROM range(0, 1000, 1, 4) GROUP BY ALL)"
            + " SELECT a.rest, b.n FROM some a JOIN some b USING (rest) ORDER BY a.rest",
        "SELECT id FROM range(0, 1000, 1, 4) WHERE id < 3 UNION ALL SELECT id FROM range(0, 9, 1, 2)"
            + " ORDER BY id DESC"
      })
  void sortsInOnePart(String sql) {
    Dataset<Row> sorted = OnePart.sorted(session.sql(sql));
    List<Row> rows = sorted.collectAsList();
    assertEquals(session.sql(sql).collectAsList(), rows);
    assertEquals(1, sorted.javaRDD().getNumPartitions());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 1 AS one", "SELECT count(*) FROM range(0, 10, 1, 2)"})
  void leavesAloneWhatIsNotSorted(String sql) {
    assertEquals(
        session.sql(sql).collectAsList(), OnePart.sorted(session.sql(sql)).collectAsList());
  }
}
