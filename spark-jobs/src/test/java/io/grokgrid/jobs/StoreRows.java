package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a store holds, as an engine that is not Spark reads it. */
public record StoreRows(Path out) {
  private static final String PROVENANCE =
      "submission, started_at, seconds, steps_per_second, host, processor, device, gpu_address, attempt,"
          + " resumed_from_step, versions";

  private String files() {
    return "read_parquet('" + out + "/runs/*/*.parquet', hive_partitioning = true)";
  }

  private boolean isEmpty() throws IOException {
    if (!Files.exists(out.resolve("runs"))) {
      return true;
    }
    return names(out.resolve("runs")).stream()
        .noneMatch(file -> file.getFileName().toString().matches("part-.*\\.parquet"));
  }

  /** The files below a folder, in which a sweep may be moving them at the same time. */
  private static List<Path> names(Path folder) throws IOException {
    List<Path> names = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            names.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // it went away since its folder was listed
            }
            throw e;
          }
        });
    return names;
  }

  /** StoreRows of SQL in which {@code ROWS} stands for the store. */
  List<List<String>> query(String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet found = statement.executeQuery(sql.replace("ROWS", files()))) {
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(found.getObject(i)));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** Every row's run and the submission that wrote it. */
  Map<String, String> submissions() throws IOException, SQLException {
    Map<String, String> submissions = new TreeMap<>();
    if (!isEmpty()) {
      for (List<String> row : query("SELECT run_id, submission FROM ROWS")) {
        assertThat(submissions.put(row.get(0), row.get(1))).as("rows of %s", row.get(0)).isNull();
      }
    }
    return submissions;
  }

  /** The newest saved step of every run that has a saved state. */
  Map<String, Integer> savedSteps() throws IOException {
    Map<String, Integer> steps = new HashMap<>();
    if (Files.exists(out.resolve("state"))) {
      for (Path file : names(out.resolve("state"))) {
        if (file.getFileName().toString().matches("step-\\d+\\.state")) {
          int step = Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""));
          steps.merge(file.getName(file.getNameCount() - 2).toString(), step, Math::max);
        }
      }
    }
    return steps;
  }

  /** Bit for bit the same rows, every column of them, whichever files they are in. */
  public void assertSameRowsAs(StoreRows other) throws SQLException {
    for (String rows : List.of("runs", "analyses")) {
      if (Files.exists(out.resolve(rows))) {
        List<List<String>> columns = columns(rows);
        assertThat(columns).isEqualTo(other.columns(rows));
        String names = String.join(", ", columns.stream().map(each -> each.get(0)).toList());
        String mine = "SELECT %s FROM %s".formatted(names, all(rows));
        String theirs = "SELECT %s FROM %s".formatted(names, other.all(rows));
        assertThat(query(mine + " EXCEPT ALL " + theirs)).isEmpty();
        assertThat(query(theirs + " EXCEPT ALL " + mine)).isEmpty();
      }
    }
  }

  /** Names and types, by name. */
  private List<List<String>> columns(String rows) throws SQLException {
    return query(
        "SELECT column_name, column_type FROM (DESCRIBE FROM %s) ORDER BY ALL"
            .formatted(all(rows)));
  }

  private String all(String rows) {
    return "read_parquet('%s/%s/*/*.parquet', hive_partitioning = true, union_by_name = true)"
        .formatted(out, rows);
  }

  /** Bit for bit the same runs with the same results, whatever it took to get them. */
  void assertSameResultsAs(StoreRows other) throws SQLException {
    String columns = "SELECT * EXCLUDE (" + PROVENANCE + ") FROM ";
    String mine = columns + files();
    String theirs = columns + other.files();
    assertThat(query(mine + " EXCEPT ALL " + theirs)).isEmpty();
    assertThat(query(theirs + " EXCEPT ALL " + mine)).isEmpty();
  }
}
