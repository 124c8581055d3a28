package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/nightly conf/nightly.conf}, cut short. */
class NightlyIT {
  private static final int RUNS = 18;

  private final Path folder;
  private final Path out;

  NightlyIT(@TempDir Path folder) {
    this.folder = folder;
    out = folder.resolve("out");
  }

  private Grokgrid.Result night(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("nightly"));
    arguments.add(Grokgrid.repository().resolve("conf/nightly.conf").toString());
    arguments.addAll(
        List.of("--set", "run.training.steps=60", "--set", "run.record.metrics_every=20"));
    arguments.addAll(List.of("--set", "run.model.d_mlp=64", "--out", out.toString()));
    arguments.addAll(List.of("--format", "json", "--master", "local[2]"));
    arguments.addAll(List.of(more));
    return Grokgrid.run(arguments, Map.of(), folder);
  }

  /** The summary that is kept, which is the one that is printed. */
  private JsonObject summary(Grokgrid.Result night) throws IOException {
    try (Stream<Path> kept = Files.list(out.resolve("nightly"))) {
      Path newest =
          kept.filter(file -> file.toString().endsWith(".json")).max(Path::compareTo).orElseThrow();
      assertThat(Files.readString(newest)).isEqualTo(night.stdout());
    }
    return JsonParser.parseString(night.stdout()).getAsJsonObject();
  }

  @Test
  void theSecondNightTrainsNothingAndDriftIsFound() throws Exception {
    Grokgrid.Result first = night();
    assertThat(first.exitCode()).as(first.stderr()).isZero();
    JsonObject trained = summary(first);
    assertThat(trained.get("runs").getAsInt()).isEqualTo(RUNS);
    assertThat(trained.get("trained_tonight").getAsInt()).isEqualTo(RUNS);
    assertThat(trained.get("steps").getAsLong()).isEqualTo(60L * RUNS);
    assertThat(trained.getAsJsonArray("failed")).isEmpty();
    assertThat(trained.get("versions").toString()).contains("\"djl\":");
    assertThat(trained.get("drift").isJsonNull()).isTrue();
    assertThat(out.resolve("report/index.html")).isNotEmptyFile();

    String id = planted(new Store(folder.resolve("planted").toString()));
    Grokgrid.Result second = night("--baseline", folder.resolve("planted").toString());
    assertThat(second.exitCode()).as(second.stderr()).isEqualTo(3);
    JsonObject idle = summary(second);
    assertThat(idle.get("trained_tonight").getAsInt()).isZero();
    assertThat(idle.get("steps").getAsLong()).isZero();
    assertThat(idle.get("finished").getAsInt()).isEqualTo(RUNS);
    assertThat(drift(idle).get("drifted").getAsBoolean()).isTrue();
    assertThat(drift(idle).get("same_bits").getAsInt()).isEqualTo(RUNS - 1);
    assertThat(drift(idle).get("other_bits")).hasToString("[\"" + id + "\"]");

    String[] check = {"nightly", "--check", "--out", out.toString(), "--format", "json"};
    assertThat(Grokgrid.run(folder, check).exitCode()).isEqualTo(3);
    List<String> late = new ArrayList<>(Arrays.asList(check));
    late.addAll(List.of("--max-age", "1s"));
    Grokgrid.Result old = Grokgrid.run(late, Map.of(), folder);
    assertThat(old.exitCode()).isEqualTo(1);
    assertThat(old.stderr()).contains("is 0 hours old");
    Path ahead = out.resolve("nightly/2999-01-01.json");
    Files.writeString(ahead, "{\"exit_code\": 0, \"ended_at\": \"2999-01-01T03:00:00Z\"}");
    Grokgrid.Result toCome = Grokgrid.run(folder, check);
    assertThat(toCome.exitCode()).isEqualTo(1);
    assertThat(toCome.stderr()).contains("which is to come: of a clock that was set back");
  }

  private static JsonObject drift(JsonObject summary) {
    return summary.getAsJsonObject("drift").getAsJsonObject("nightly");
  }

  /** A baseline in which one number of one run has another last bit; gives the run's id. */
  private String planted(Store baseline) throws IOException {
    Dataset<Row> rows = StoredRuns.of(Sparks.session(), new Store(out.toString())).rows();
    String id = rows.selectExpr("min(run_id)").first().getString(0);
    Column changed =
        functions.expr(
            "transform(metrics, (m, i) -> IF(run_id = '%s' AND i = 1, named_struct(%s), m))"
                .formatted(id, fields()));
    Column[] columns =
        Arrays.stream(RunsTable.SCHEMA.fieldNames())
            .map(name -> name.equals("metrics") ? changed.as(name) : functions.col(name))
            .toArray(Column[]::new);
    baseline.append(rows.select(columns), "20261121T231500Z-1a2b");
    return id;
  }

  private static String fields() {
    List<String> fields = new ArrayList<>();
    for (String name :
        ((org.apache.spark.sql.types.StructType)
                ((org.apache.spark.sql.types.ArrayType)
                        RunsTable.SCHEMA.apply("metrics").dataType())
                    .elementType())
            .fieldNames()) {
      String bit = name.equals("train_loss") ? " * (1 + 3e-16D)" : "";
      fields.add("'%1$s', m.%1$s%2$s".formatted(name, bit));
    }
    return String.join(", ", fields);
  }
}
