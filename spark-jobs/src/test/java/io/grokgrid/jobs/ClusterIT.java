package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cluster start} serves who knows its secret, which nobody else can read. */
class ClusterIT {
  private static final String ONE = "SELECT count(*) AS n FROM range(10)";

  @Test
  void whoDoesNotKnowTheSecretIsNotServed(@TempDir Path folder) throws Exception {
    Path state = folder.resolve("cluster");
    try (LocalCluster cluster = LocalCluster.start(state, "--workers", "1", "--cores", "1")) {
      String secret = Files.readString(state.resolve("secret"));
      assertThat(secret).hasSizeGreaterThan(40);
      assertThat(Files.getPosixFilePermissions(state.resolve("secret"))).hasSize(2);
      List<String> ask =
          List.of(
              "query",
              ONE,
              "--format",
              "csv",
              "--master",
              cluster.master(),
              "--wait-for-cluster",
              "20s",
              "--out",
              folder.resolve("out").toString());

      Grokgrid.Result served = Grokgrid.run(ask, Map.of(), folder);
      assertThat(served.exitCode()).as(served.stderr()).isZero();
      assertThat(served.stdout()).isEqualTo("n\n10\n");

      List<String> without = new ArrayList<>(ask);
      without.addAll(List.of("--spark-conf", "spark.authenticate=false"));
      Grokgrid.Result refused = Grokgrid.run(without, Map.of(), folder);
      assertThat(refused.exitCode()).as(refused.stdout()).isEqualTo(1);

      assertThat(commandLines()).isNotEmpty().noneMatch(line -> line.contains(secret));
      try (Stream<Path> files = Files.walk(state)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
          assertThat(Files.readString(file)).doesNotContain(secret);
        }
      }
    }
    assertThat(state).doesNotExist();
  }

  private static List<String> commandLines() throws IOException {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .toList();
  }
}
