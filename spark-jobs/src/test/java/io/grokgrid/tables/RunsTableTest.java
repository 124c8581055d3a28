package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTableTest {
  private final PlannedRun run = Example.study().runs().get(0);

  /** A column is added at the place of its key; none ever changes its name or type. */
  @Test
  void hasThePublishedSchema() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("runs-schema.txt")) {
      assertThat(RunsTable.SCHEMA.treeString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void saysTheUnitOfEveryColumn() {
    assertThat(Store.COLUMNS.fields()).allMatch(field -> field.getComment().isDefined());
  }

  @Test
  void hasNoNameTwice() {
    Set<String> names = new HashSet<>();
    assertThat(RunsTable.SCHEMA.fieldNames()).allMatch(names::add);
    for (StructField field : RunsTable.SCHEMA.fields()) {
      if (field.dataType() instanceof ArrayType array) {
        assertThat(((StructType) array.elementType()).fieldNames())
            .doesNotContainAnyElementsOf(names);
      }
    }
  }

  @Test
  void rowsComeBackAsTheyWere(@TempDir Path folder) throws IOException {
    Store store = new Store(folder.toString());
    Example.append(store, 1, Example.result(run, 300));
    Row read = Sparks.rows(store).head();

    assertThat(read.<String>getAs("run_id")).isEqualTo(run.id());
    assertThat(read.<String>getAs("sweep")).isEqualTo("example");
    assertThat(read.<Integer>getAs("train_examples")).isEqualTo(84);
    assertThat(read.<Integer>getAs("memorised_step")).isEqualTo(100);
    assertThat(read.<Integer>getAs("grok_step")).isEqualTo(300);
    assertThat(read.<Integer>getAs("sustained_grok_step")).isNull();
    assertThat(read.<Integer>getAs("grok_delay")).isEqualTo(200);
    assertThat(read.<String>getAs("outcome")).isEqualTo("grokked");
    assertThat(read.<Integer>getAs("last_step")).isEqualTo(400);
    assertThat(read.<Double>getAs("final_test_accuracy")).isEqualTo(1.0);
    assertThat(read.<Double>getAs("best_test_accuracy")).isEqualTo(1.0);
    assertThat(read.<Integer>getAs("best_test_step")).isEqualTo(300);
    assertThat(read.<java.sql.Timestamp>getAs("started_at").toInstant()).isEqualTo(Example.START);
    assertThat(read.<String>getAs("submission")).isEqualTo("20261121T231501Z-1a2b");
    assertThat(read.<Row>getAs("versions").<String>getAs("djl")).isEqualTo("0.35.1");
    List<Row> metrics = read.getList(read.fieldIndex("metrics"));
    assertThat(metrics).hasSize(5);
    assertThat(metrics.get(4).<Integer>getAs("step")).isEqualTo(400);
    assertThat(metrics.get(4).<Double>getAs("ood_loss")).isNull();
    assertThat(read.<Row>getList(read.fieldIndex("attention")).get(0).mkString(","))
        .isEqualTo("0,0,0,0,0,0.5,0.25");
    assertThat(read.<Row>getList(read.fieldIndex("measurements")).get(0).mkString(","))
        .isEqualTo("0,weights,norm,3.0");
  }

  @Test
  void aRowHoldsItsWholeConfiguration(@TempDir Path folder) throws IOException {
    Store store = new Store(folder.toString());
    Example.append(store, 1, Example.result(run, 300));
    Row read = Sparks.rows(store).head();

    for (Key key : Key.ALL) {
      assertThat(read.<Object>getAs(key.column())).as(key.path()).isEqualTo(key.value(run.spec()));
    }
    assertThat(RunId.of(RunSpecs.of(RunsTable.configuration(read)))).isEqualTo(run.id());
  }

  @Test
  void keepsWhatIsNotANumber(@TempDir Path folder) throws IOException {
    Store store = new Store(folder.toString());
    Example.append(store, 1, Example.diverged(run));
    Row read = Sparks.rows(store).head();

    assertThat(read.<Double>getAs("final_train_loss")).isNaN();
    assertThat(read.<Row>getList(read.fieldIndex("metrics")).get(1).<Double>getAs("train_loss"))
        .isNaN();
  }

  @Test
  void aRunWithoutMetricsHasNoLastOnes() {
    RunResult failed = Example.failed(run, "no such GPU", Example.START);
    Row row = Example.row(failed);

    assertThat(row.get(RunsTable.SCHEMA.fieldIndex("final_train_loss"))).isNull();
    assertThat(row.get(RunsTable.SCHEMA.fieldIndex("error"))).isEqualTo("no such GPU");
  }
}
