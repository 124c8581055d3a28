package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.tables.Example;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {
  private static final String SUBMISSION = "20261121T231501Z-1a2b";

  private final Path folder;
  private final Store store;

  PublicationTest(@TempDir Path folder) {
    this.folder = folder;
    store = new Store(folder.resolve("out").toString());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("out/runs/submission=" + SUBMISSION))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .toList();
    }
  }

  /** No folder of attempts, no mark of success, nothing on the executor's disk. */
  @Test
  void nothingIsThereButTheFilesOfTasks() throws IOException {
    Example.append(store, 1, Example.result(Example.study().runs().get(0), 300));
    assertThat(names())
        .isNotEmpty()
        .allMatch(name -> name.matches("part-\\d{5}-.*\\.sha256-[0-9a-f]{16}\\..*\\.parquet"));
    assertThat(Path.of(SparkFiles.getRootDirectory()).toFile().list()).isEmpty();
    assertThat(Sparks.session().conf().get("spark.sql.sources.commitProtocolClass"))
        .isNotEqualTo(Publication.class.getName());
  }

  /** The first attempt's file is in its place when its executor is lost: it stays, by itself. */
  @Test
  void aTaskThatIsTriedAgainPublishesOnce() throws IOException {
    Sparks.session().stop();
    try (SparkSession session =
        SparkSession.builder()
            .master("local[1,2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      Row row = Example.row(Example.result(Example.study().runs().get(0), 300));
      int attempt = RunsTable.SCHEMA.fieldIndex("attempt");
      var rows =
          JavaSparkContext.fromSparkContext(session.sparkContext())
              .parallelize(List.of(row), 1)
              .map(new Attempts(attempt));
      store.append(session.createDataFrame(rows, RunsTable.SCHEMA), SUBMISSION);
      assertThat(names()).hasSize(1);
      Row stored = session.read().parquet(store.runs().toString()).head();
      assertThat(stored.<Integer>getAs("attempt")).isEqualTo(1);
    }
  }

  /** Rows say which attempt they are of; the first one fails as soon as it has published them. */
  private record Attempts(int column) implements Function<Row, Row>, TaskCompletionListener {
    @Override
    public Row call(Row row) {
      TaskContext task = TaskContext.get();
      task.addTaskCompletionListener((TaskCompletionListener) this);
      Object[] values = new Object[row.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i == column ? Integer.valueOf(task.attemptNumber() + 1) : row.get(i);
      }
      return RowFactory.create(values);
    }

    @Override
    public void onTaskCompletion(TaskContext task) {
      if (task.attemptNumber() == 0) {
        throw new IllegalStateException("lost behind its end");
      }
    }
  }
}
