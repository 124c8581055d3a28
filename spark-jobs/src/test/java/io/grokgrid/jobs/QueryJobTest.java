package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grokgrid.config.Study;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Store;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

class QueryJobTest {
  /** {@code CANARY} is a folder that must not come to be, {@code STORE} the store. */
  private static final String STATEMENTS =
      """
      INSERT OVERWRITE DIRECTORY 'STORE/runs' USING parquet SELECT 1
      INSERT OVERWRITE LOCAL DIRECTORY 'CANARY' USING csv SELECT * FROM runs
      INSERT OVERWRITE DIRECTORY 'CANARY' ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' SELECT 1
      INSERT OVERWRITE DIRECTORY USING json OPTIONS ('path' 'CANARY') SELECT 1
      INSERT INTO runs SELECT * FROM runs
      INSERT OVERWRITE runs SELECT * FROM runs
      INSERT INTO parquet.`CANARY` SELECT 1
      INSERT INTO runs REPLACE WHERE true SELECT * FROM runs
      FROM runs INSERT OVERWRITE DIRECTORY 'CANARY' USING parquet SELECT p
      FROM runs INSERT OVERWRITE DIRECTORY 'CANARY' USING csv SELECT p INSERT OVERWRITE DIRECTORY 'CANARY/2' USING csv SELECT seed
      WITH x AS (SELECT 1 AS a) INSERT OVERWRITE DIRECTORY 'CANARY' USING parquet SELECT * FROM x
      WITH x AS (SELECT 1 AS a) FROM x INSERT OVERWRITE DIRECTORY 'CANARY' USING parquet SELECT a
      INSERT INTO IDENTIFIER('a' || 'b') SELECT 1
      SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)
      FROM runs SELECT TRANSFORM(p) USING 'touch CANARY'
      FROM runs MAP p USING 'touch CANARY' AS (x)
      FROM runs REDUCE p USING 'touch CANARY' AS (x)
      SELECT * FROM (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)) t
      SELECT (SELECT max(x) FROM (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)))
      SELECT 1 WHERE EXISTS (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string))
      SELECT * FROM runs WHERE sweep IN (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string))
      WITH x AS (SELECT TRANSFORM(1) USING 'touch CANARY' AS (y string)) SELECT * FROM x
      WITH x AS (SELECT TRANSFORM(1) USING 'touch CANARY' AS (y string)) SELECT 1
      SELECT 1 UNION ALL SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)
      SELECT * FROM runs, LATERAL (SELECT TRANSFORM(p) USING 'touch CANARY' AS (x string))
      SELECT * FROM runs JOIN (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)) ON true
      SELECT count(*) FROM runs GROUP BY p HAVING max(seed) > (SELECT count(x) FROM (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)))
      SELECT * FROM runs ORDER BY (SELECT max(x) FROM (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)))
      SELECT * FROM explode(array((SELECT max(x) FROM (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)))))
      FROM runs |> WHERE EXISTS (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string))
      FROM runs |> UNION ALL (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string))
      EXPLAIN SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)
      EXPLAIN INSERT OVERWRITE DIRECTORY 'CANARY' USING parquet SELECT 1
      EXPLAIN EXTENDED EXPLAIN CREATE TABLE t USING parquet AS SELECT 1
      DESCRIBE QUERY SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string)
      SELECT java_method('java.lang.System', 'setProperty', 'canary', 'dead')
      SELECT reflect('java.lang.System', 'setProperty', 'canary', 'dead')
      SELECT Reflect('java.lang.System', 'setProperty', 'canary', 'dead') FROM runs
      SELECT try_reflect('java.lang.System', 'setProperty', 'canary', 'dead')
      SELECT `reflect`('java.lang.System', 'setProperty', 'canary', 'dead')
      SELECT system.builtin.reflect('java.lang.System', 'setProperty', 'canary', 'dead')
      SELECT IDENTIFIER('reflect')('java.lang.System', 'setProperty', 'canary', 'dead')
      SELECT IDENTIFIER('ref' || 'lect')('java.lang.System', 'setProperty', 'canary', 'dead')
      SELECT * FROM IDENTIFIER('ru' || 'ns')
      SELECT transform(array(1), x -> reflect('java.lang.System', 'setProperty', 'canary', 'dead'))
      SELECT sum(length(reflect('java.lang.System', 'setProperty', 'canary', 'dead'))) OVER () FROM runs
      SELECT count(*) FILTER (WHERE reflect('java.lang.System', 'setProperty', 'canary', 'dead') = '') FROM runs
      SELECT CASE WHEN true THEN reflect('java.lang.System', 'setProperty', 'canary', 'dead') END
      VALUES (reflect('java.lang.System', 'setProperty', 'canary', 'dead'))
      SELECT * FROM runs LATERAL VIEW explode(array(reflect('java.lang.System', 'setProperty', 'canary', 'dead'))) t AS x
      SELECT * FROM runs LATERAL VIEW reflect('java.lang.System', 'setProperty', 'canary', 'dead') t AS x
      SELECT * FROM range(length(reflect('java.lang.System', 'setProperty', 'canary', 'dead')))
      SELECT 1 LIMIT length(reflect('java.lang.System', 'setProperty', 'canary', 'dead'))
      SELECT * FROM runs TIMESTAMP AS OF (SELECT reflect('java.lang.System', 'setProperty', 'canary', 'dead'))
      FROM runs |> SELECT reflect('java.lang.System', 'setProperty', 'canary', 'dead')
      FROM runs |> EXTEND reflect('java.lang.System', 'setProperty', 'canary', 'dead') AS x
      FROM runs |> AGGREGATE max(reflect('java.lang.System', 'setProperty', 'canary', 'dead')) GROUP BY p
      EXPLAIN SELECT reflect('java.lang.System', 'setProperty', 'canary', 'dead')
      EXECUTE IMMEDIATE 'SELECT 1'
      EXECUTE IMMEDIATE 'INSERT OVERWRITE DIRECTORY ''CANARY'' USING parquet SELECT 1'
      EXPLAIN EXECUTE IMMEDIATE 'INSERT OVERWRITE DIRECTORY ''CANARY'' USING parquet SELECT 1'
      BEGIN SELECT 1; END
      BEGIN INSERT OVERWRITE DIRECTORY 'CANARY' USING parquet SELECT 1; END
      BEGIN DECLARE x INT DEFAULT 1; IF x = 1 THEN SELECT x; END IF; END
      BEGIN FOR r AS SELECT 1 AS a DO SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string); END FOR; END
      DECLARE canary INT = 1
      SET VAR canary = 1
      SET VARIABLE canary = (SELECT 1)
      SET canary = dead
      SET
      SET spark.sql.ansi.enabled = false
      SET TIME ZONE 'Europe/Berlin'
      SET CATALOG spark_catalog
      RESET
      RESET spark.sql.ansi.enabled
      USE default
      USE NAMESPACE global_temp
      CALL system.run(1)
      ADD JAR 'CANARY.jar'
      ADD FILE 'STORE/runs'
      LIST JARS
      CREATE TEMPORARY VIEW canary AS SELECT 1
      CREATE OR REPLACE TEMPORARY VIEW runs AS SELECT 1
      CREATE GLOBAL TEMPORARY VIEW canary AS SELECT 1
      CREATE TEMPORARY VIEW canary USING parquet OPTIONS ('path' 'STORE/runs')
      CREATE VIEW canary AS SELECT 1
      CREATE VIEW IDENTIFIER('can' || 'ary') AS SELECT 1
      CREATE TABLE canary USING parquet LOCATION 'CANARY' AS SELECT 1
      CREATE TABLE canary (a INT) USING parquet
      CREATE TABLE canary LIKE runs
      REPLACE TABLE canary USING parquet AS SELECT 1
      CREATE DATABASE canary LOCATION 'CANARY'
      CREATE FUNCTION canary AS 'java.lang.String' USING JAR 'CANARY.jar'
      CREATE TEMPORARY FUNCTION canary() RETURNS INT RETURN 1
      ALTER TABLE runs RENAME TO canary
      ALTER VIEW runs AS SELECT 1
      ALTER TABLE runs ADD COLUMN canary INT
      ALTER DATABASE default SET DBPROPERTIES ('canary' = 'dead')
      COMMENT ON TABLE runs IS 'dead'
      DROP VIEW runs
      DROP TABLE IF EXISTS runs
      DROP DATABASE default CASCADE
      DROP TEMPORARY FUNCTION km_quantile
      DROP TEMPORARY VARIABLE IF EXISTS canary
      TRUNCATE TABLE runs
      DELETE FROM runs
      DELETE FROM parquet.`STORE/runs` WHERE true
      UPDATE runs SET p = 1
      MERGE INTO runs USING runs r ON true WHEN MATCHED THEN DELETE
      LOAD DATA INPATH 'STORE/runs' INTO TABLE runs
      CACHE TABLE runs
      CACHE LAZY TABLE canary AS SELECT 1
      UNCACHE TABLE IF EXISTS runs
      CLEAR CACHE
      REFRESH TABLE runs
      REFRESH 'STORE'
      REFRESH FUNCTION abs
      ANALYZE TABLE runs COMPUTE STATISTICS
      ANALYZE TABLES COMPUTE STATISTICS
      MSCK REPAIR TABLE runs
      ALTER TABLE runs RECOVER PARTITIONS
      SELECT 1; INSERT OVERWRITE DIRECTORY 'CANARY' USING parquet SELECT 1
      INSERT OVERWRITE DIRECTORY 'CANARY' USING parquet SELECT 1; SELECT 1;
      -- SELECT 1
      """;

  private static final String SOURCES =
      """
      SELECT * FROM jdbc.`jdbc:sqlite:CANARY`
      SELECT * FROM `java.lang.Thread`.`CANARY`
      SELECT * FROM `org.apache.spark.sql.execution.datasources.jdbc.JdbcRelationProvider`.`CANARY`
      SELECT * FROM rate.`CANARY`
      SELECT * FROM noop.`CANARY`
      SELECT * FROM (SELECT 1 WHERE 1 IN (TABLE jdbc.`CANARY`))
      SELECT * FROM STREAM runs
      SELECT * FROM parquet.`STORE/runs` WITH ('fs.file.impl' = 'java.lang.String')
      SELECT * FROM csv.`STORE/runs` WITH ('hadoop.security.credential.provider.path' = 'CANARY')
      SELECT * FROM read_files('STORE')
      SELECT * FROM my_table_function(TABLE(runs))
      SELECT my_function(p) FROM runs
      SELECT spark_catalog.default.abs(p) FROM runs
      """;

  private static final String QUESTIONS =
      """
      SELECT * FROM runs
      TABLE runs
      FROM runs
      FROM runs SELECT p, seed WHERE seed > 0
      VALUES (1, 'a'), (2, 'b') AS t(x, y)
      SELECT p, count(*) FILTER (WHERE seed > 0) FROM runs GROUP BY p HAVING count(*) > 0 ORDER BY 1 LIMIT 5 OFFSET 0
      SELECT km_quantile(last_step, grok_step IS NOT NULL, 0.5) FILTER (WHERE outcome <> 'failed') FROM runs
      SELECT km_low(last_step, true, 0.5), km_high(last_step, true, 0.5), inline(array(paired_ratio(1, true, seed, false))) FROM runs
      SELECT median_low(grok_step), median_high(grok_step), wilson_low(count(grok_step), count(*)), wilson_high(1, 2), sign_test(1, 2) FROM runs
      SELECT run_id, row_number() OVER w, lag(seed) OVER (PARTITION BY p ORDER BY seed) FROM runs WINDOW w AS (PARTITION BY p ORDER BY seed)
      SELECT sum(seed) OVER (ORDER BY seed ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM runs
      WITH a AS (SELECT p, seed FROM runs), b(x) AS (SELECT seed FROM a) SELECT * FROM b JOIN a ON x = seed
      WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t
      SELECT run_id, m.step FROM runs LATERAL VIEW explode(metrics) t AS m
      SELECT run_id, m.step FROM runs LATERAL VIEW OUTER posexplode(metrics) t AS i, m
      SELECT run_id, m.* FROM runs, LATERAL inline(metrics) m
      SELECT run_id, inline(metrics) FROM runs
      SELECT p, q FROM runs, LATERAL (SELECT p + 1 AS q)
      SELECT * FROM (SELECT p, seed, last_step FROM runs) PIVOT (max(last_step) AS m FOR seed IN (0, 1))
      SELECT * FROM (SELECT seed, final_train_loss, final_test_loss FROM runs) UNPIVOT (loss FOR kind IN (final_train_loss, final_test_loss))
      SELECT p FROM runs UNION SELECT seed FROM runs INTERSECT SELECT 1 EXCEPT ALL SELECT 2
      (SELECT 1) UNION ALL (SELECT 2 LIMIT 1)
      SELECT p, seed, grouping(p), count(*) FROM runs GROUP BY GROUPING SETS ((p), (seed), ())
      SELECT p, seed, grouping_id(), count(*) FROM runs GROUP BY CUBE (p, seed)
      SELECT p, seed, count(*) FROM runs GROUP BY p, seed WITH ROLLUP
      SELECT p FROM runs TABLESAMPLE (50 PERCENT) REPEATABLE (3)
      SELECT p FROM runs TABLESAMPLE (2 ROWS)
      SELECT p FROM runs TABLESAMPLE (BUCKET 1 OUT OF 4)
      SELECT (SELECT max(seed) FROM runs r WHERE r.p = o.p), EXISTS (SELECT 1 FROM runs), p IN (SELECT p FROM runs) FROM runs o
      SELECT p FROM runs WHERE (p, seed) IN (SELECT p, seed FROM runs) AND seed NOT IN (SELECT 7)
      SELECT DISTINCT p FROM runs ORDER BY ALL
      SELECT p, count(*) FROM runs GROUP BY ALL
      SELECT /*+ BROADCAST(a), REPARTITION(2) */ a.p FROM runs a JOIN runs b USING (run_id)
      SELECT /*+ COALESCE(1), REBALANCE */ p FROM runs a LEFT ANTI JOIN runs b USING (run_id)
      SELECT a.p FROM runs a FULL OUTER JOIN runs b ON a.run_id = b.run_id CROSS JOIN range(2)
      SELECT * FROM range(0, 10, 2, 1) ORDER BY id DESC NULLS LAST
      SELECT p FROM runs DISTRIBUTE BY p SORT BY seed
      SELECT p FROM runs CLUSTER BY p
      SELECT * EXCEPT (metrics, attention, measurements) FROM runs
      SELECT p AS a, a + 1 AS b, named_struct('a', 1).a, map('a', 1)['a'], p :: STRING, TRY_CAST('x' AS INT), sweep ILIKE ANY ('a', 'b'), extract(YEAR FROM started_at), p DIV 2, NOT true FROM runs
      SELECT transform(metrics, m -> m.step), aggregate(metrics, 0, (a, m) -> a + m.step), array_sort(transform(metrics, m -> m.step), (l, r) -> l - r) FROM runs
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seed), listagg(sweep, ',') WITHIN GROUP (ORDER BY sweep), collect_list(seed), max_by(run_id, seed), count(DISTINCT seed) FROM runs
      FROM runs |> WHERE p = 13 |> AGGREGATE count(*) AS n GROUP BY seed |> ORDER BY n |> LIMIT 3 |> EXTEND n + 1 AS m |> SET m = m * 2 |> DROP n |> AS x |> SELECT x.m
      FROM runs |> SELECT p, seed |> JOIN range(3) ON p = id |> UNION ALL VALUES (1, 2, 3L)
      FROM runs |> SELECT p, seed, last_step |> PIVOT (max(last_step) FOR seed IN (0, 1)) |> TABLESAMPLE (1 ROWS)
      SELECT count(*) FROM parquet.`STORE/runs`
      SELECT count(*) FROM PARQUET.`STORE/runs` WITH (mergeSchema = true)
      SELECT count(*) FROM text.`STORE/runs`
      SELECT path, length FROM binaryFile.`STORE/runs/*`
      SELECT * FROM csv.`STORE/few.csv` WITH (header = true, sep = ';', inferSchema = true)
      SELECT * FROM explode(array(1, 2))
      SELECT stack(2, 1, 2, 3)
      SELECT * FROM sql_keywords() LIMIT 1
      SELECT window.start, count(*) FROM runs GROUP BY window(started_at, '1 day')
      SELECT current_user(), version(), current_date, rand(), input_file_name(), spark_partition_id() FROM runs
      SELECT parse_json('{"a":1}'):a::INT, sweep COLLATE UTF8_LCASE = 'EXAMPLE' FROM runs
      SELECT m.step FROM metrics m, attention a, measurements n WHERE m.run_id = a.run_id AND n.run_id = a.run_id LIMIT ALL
      SELECT 'INSERT; DROP TABLE runs' AS `SET x = 1; --`
      SHOW TABLES
      SHOW VIEWS
      SHOW COLUMNS IN runs
      SHOW FUNCTIONS LIKE 'km*'
      SHOW DATABASES
      SHOW CATALOGS
      SHOW CURRENT NAMESPACE
      SHOW TBLPROPERTIES runs
      SHOW TABLE EXTENDED LIKE 'r*'
      DESCRIBE runs
      DESCRIBE TABLE EXTENDED runs
      DESC runs run_id
      DESCRIBE FUNCTION EXTENDED reflect
      DESCRIBE DATABASE default
      DESCRIBE QUERY SELECT * FROM runs
      DESC WITH q AS (SELECT 1) SELECT * FROM q
      EXPLAIN SELECT * FROM runs
      EXPLAIN FORMATTED WITH a AS (SELECT * FROM runs) SELECT * FROM a
      EXPLAIN SHOW TABLES
      """;

  private final SparkSession session = Sparks.session();
  private final Path folder;
  private Store store;

  QueryJobTest(@TempDir Path folder) {
    this.folder = folder;
    this.store = new Store(folder.toString());
  }

  @BeforeEach
  void fill() throws IOException {
    store = Example.store(folder);
    Files.writeString(folder.resolve("few.csv"), "a;b\n1;2\n");
  }

  @Test
  void refusesWhateverDoesMoreThanAskBeforeItIsCarriedOut() throws IOException {
    ask("SELECT 1"); // registers the views
    Map<String, String> before = world();
    List<String> statements = lines(STATEMENTS);
    assertThat(statements).hasSizeGreaterThan(100);
    for (String statement : statements) {
      assertThatThrownBy(() -> ask(statement))
          .as(statement)
          .isInstanceOf(RefusedSql.class)
          .hasMessageMatching(
              "(statement \\d .*: )?a (query must only ask|query must hold a statement).*, was .*");
      assertThat(catchThrowable(() -> Questions.require(statement, null, Map.of())))
          .as("without a session: %s", statement)
          .isInstanceOf(RefusedSql.class);
    }
    assertThat(world()).isEqualTo(before);
  }

  @Test
  void refusesSourcesAndFunctionsThatAreNotKnownToOnlyRead() {
    for (String statement : lines(SOURCES)) {
      assertThatThrownBy(() -> ask(statement))
          .as(statement)
          .isInstanceOf(RefusedSql.class)
          .hasMessageMatching(
              "(a query must read views|a function must be|options of a file must).*, was .*");
    }
  }

  @Test
  void answersWhateverOnlyAsks() throws IOException {
    ask("SELECT 1");
    Map<String, String> before = world();
    List<String> questions = lines(QUESTIONS);
    assertThat(questions).hasSizeGreaterThan(60);
    Questions.require(QUESTIONS.replace("\n", ";\n"), null, Map.of());
    assertThat(ask(QUESTIONS.replace("\n", ";\n"))).hasSameSizeAs(questions);
    assertThat(world()).isEqualTo(before);
  }

  /** An example of each of Spark's functions, as its documentation has them. */
  @Test
  void letsThroughEveryBuiltInFunctionButThoseThatCallJava() {
    List<String> refused = new ArrayList<>();
    int passed = 0;
    for (FunctionIdentifier id : CollectionConverters.asJava(FunctionRegistry.functionSet())) {
      Matcher example = Pattern.compile("> (SELECT .*);").matcher(documentation(id.funcName()));
      if (example.find()) {
        Throwable failure = catchThrowable(() -> analyze(example.group(1)));
        if (failure instanceof RefusedSql) {
          refused.add(id.funcName());
        } else {
          passed++;
        }
      }
    }
    assertThat(refused).containsExactlyInAnyOrder("java_method", "reflect", "try_reflect");
    assertThat(passed).isGreaterThan(400);
  }

  @Test
  void answersSeveralStatementsInTurn() throws IOException {
    assertThat(ask("SELECT ';' AS a; -- b;\nSHOW TABLES LIKE 'runs';\nVALUES (1), (2);"))
        .containsExactly("[[;]]", "[[,runs,true]]", "[[1], [2]]");
  }

  @Test
  void splitsStatementsWhereSparksLexerDoes() {
    assertThat(
            Questions.statements(
                """
                ;SELECT ';', ";", `;`, r'\\' /* ; /* ; */ */; -- ;
                  SELECT '\ud83d\ude00;' ;;
                BEGIN SELECT 1; SELECT 2; END;"""))
        .containsExactly(
            " SELECT ';', \";\", `;`, r'\\' /* ; /* ; */ */",
            "\n  SELECT '\ud83d\ude00;' ",
            "\n\nBEGIN SELECT 1; SELECT 2; END;");
    assertThat(Questions.statements("-- none;\n ; /* here; */")).isEmpty();
  }

  @Test
  void namesTheLineAndWhatStandsThere() {
    assertRefused(
        "SELECT 1;\n\nSELECT abs(1),\n  reflect('a', 'b')",
        "a query must only ask, such as SELECT .. FROM runs, was reflect('a', 'b') (line 4, pos 2)");
    assertRefused(
        "SELECT wilson_low(1)",
        "wilson_low must have the arguments (successes, trials), was wilson_low(1)");
    assertRefused(
        "SELECT 1; SELECT * FROM (SELECT TRANSFORM(1) USING 'id > file' AS (x string))",
        "was SELECT TRANSFORM(1) USING 'id > file' AS (x string) (line 1, pos 25)");
    assertRefused("SELECT 1;\nSELECT p FRM runs x", "line 2 pos 13");
    assertRefused("SELECT 1;\n\nSELECT weight_deacy FROM runs", "weight_deacy", "line 3 pos 7");
    assertRefused(
        "INSERT OVERWRITE DIRECTORY '" + "x".repeat(500) + "' USING parquet SELECT 1", "xxx ..");
  }

  @Test
  void refusesASweepThatIsNotThere() throws IOException {
    assertThat(ask(new Views.Restriction("example", null), "SELECT count(*) FROM runs"))
        .containsExactly("[[6]]");
    assertThatThrownBy(() -> ask(new Views.Restriction("exmaple", null), "failures"))
        .isInstanceOf(RefusedSql.class)
        .hasMessageStartingWith("--sweep must be a sweep of the store")
        .hasMessageEndingWith("was exmaple; there is example");
    store = new Store(folder.resolve("none").toString());
    assertThatThrownBy(() -> ask(new Views.Restriction("example", null), "SELECT 1"))
        .hasMessageEndingWith("/none, was example; the store holds no runs yet");
  }

  /** The grid of a second sweep shares two runs with the first, which trained them. */
  @Test
  void aRunIsOfEverySweepWhoseGridHoldsIt() throws IOException {
    Study second = Example.study("sweep.name=second", "grid.training.seed=[0,7]");
    SweepLists.write(store, second, session.sparkContext().hadoopConfiguration());
    Views.Restriction of = new Views.Restriction("second", null);
    assertThat(ask(of, "SELECT count(*), any_value(sweep) FROM runs; SELECT count(*) FROM metrics"))
        .containsExactly("[[2,example]]", "[[11]]");
    assertThat(ask("SELECT sweep, count(*) FROM sweeps GROUP BY ALL ORDER BY ALL"))
        .containsExactly("[[example,6], [second,4]]");
    Views.Restriction both = new Views.Restriction("second", "weight_decay = 1").within(second);
    assertThat(ask(both, "SELECT grok_step FROM runs")).containsExactly("[[400]]");
    assertThatThrownBy(() -> ask(new Views.Restriction("thrid", null), "SELECT 1"))
        .hasMessageEndingWith("was thrid; there is second, example");
  }

  @Test
  void refusesAConditionThatIsWrongOrDoesMoreThanAsk() throws IOException {
    ask("SELECT 1");
    Map<String, String> before = world();
    for (String where :
        List.of(
            "",
            "weight_deacy = 1",
            "seed",
            "count(*) > 1",
            "seed = 0; DROP VIEW runs",
            "true) UNION SELECT * FROM runs --",
            "INSERT INTO runs SELECT 1",
            "EXISTS (SELECT TRANSFORM(1) USING 'touch CANARY' AS (x string))",
            "seed IN (FROM runs SELECT TRANSFORM(seed) USING 'touch CANARY' AS (x int))",
            "reflect('java.lang.System', 'setProperty', 'canary', 'dead') = ''",
            "IDENTIFIER('ref' || 'lect')('java.lang.System', 'setProperty', 'a', 'b') = ''",
            "1 IN (TABLE jdbc.`CANARY`)",
            "my_function(seed)")) {
      Views.Restriction restriction = new Views.Restriction(null, where.replace("CANARY", dir()));
      for (String query : List.of("failures", "SELECT 1")) {
        assertThatThrownBy(() -> ask(restriction, query))
            .as(where)
            .isInstanceOf(RefusedSql.class)
            .hasMessageStartingWith("--where");
      }
    }
    assertThat(world()).isEqualTo(before);
    assertThat(
            ask(
                new Views.Restriction(null, "seed IN (SELECT 1) AND p = 13 -- one"),
                "SELECT count(*) FROM runs"))
        .containsExactly("[[2]]");
  }

  private void assertRefused(String sql, String... message) {
    assertThatThrownBy(() -> ask(sql)).hasMessageContainingAll(message);
  }

  /** Each answer's rows. */
  private List<String> ask(String query) throws IOException {
    return ask(Views.Restriction.NONE, query);
  }

  private List<String> ask(Views.Restriction restriction, String query) throws IOException {
    String sql = query.replace("STORE", folder.toString()).replace("CANARY", dir());
    List<String> answers = new ArrayList<>();
    for (Dataset<Row> answer : new QueryJob(session, store, restriction, sql).run().tables()) {
      answers.add(answer.collectAsList().toString());
    }
    return answers;
  }

  private String dir() {
    return folder.resolve("canary").toString();
  }

  private void analyze(String sql) {
    var classic = (org.apache.spark.sql.classic.SparkSession) session;
    Questions questions = Questions.of(classic);
    questions.read(sql).forEach(plan -> questions.analyzed(classic, plan));
  }

  private String documentation(String function) {
    return session.sql("DESCRIBE FUNCTION EXTENDED `" + function + "`").collectAsList().toString();
  }

  private static List<String> lines(String table) {
    return table.lines().toList();
  }

  /** All that a statement could have changed: files, views, tables, settings, the JVM. */
  private Map<String, String> world() throws IOException {
    Map<String, String> world = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
        world.put(file.toString(), Integer.toString(Arrays.hashCode(bytes)));
      }
    }
    for (String asked :
        List.of(
            "SHOW TABLES", "SHOW VIEWS IN global_temp", "SHOW USER FUNCTIONS", "SHOW DATABASES")) {
      world.put(asked, session.sql(asked).collectAsList().toString());
    }
    world.put("runs", Arrays.toString(session.table("runs").columns()));
    world.put("database", session.catalog().currentDatabase());
    world.put(
        "settings", new TreeMap<>(CollectionConverters.asJava(session.conf().getAll())).toString());
    world.put("canary", String.valueOf(System.getProperty("canary")));
    world.put("cached", String.valueOf(session.catalog().isCached("runs")));
    return world;
  }
}
