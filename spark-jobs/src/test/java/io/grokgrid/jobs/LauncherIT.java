package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grokgrid.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the command is started: with any letters, by any user, with little of an environment. */
@Tag("slow")
class LauncherIT {
  private static final String SMALL =
      """
      run {
        task { p = 7, train_fraction = 0.5 }
        model { d_model = 16, d_mlp = 32, heads = 2 }
        training { steps = 20 }
        record { metrics_every = 10, attention_every = 20 }
      }
      """;

  @TempDir private Path folder;

  @Test
  void readsNamesWithAnyLettersInAnyLocale() throws Exception {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "this JVM cannot name them");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path place = Files.createDirectory(folder.resolve("Größe 素数"));
    Files.writeString(place.resolve("é.conf"), SMALL);
    Map<String, String> environment =
        Map.of("LC_ALL", "C", "LANG", "", "TMPDIR", temporary.toString());

    Grokgrid.Result sweep = Grokgrid.run(List.of("sweep", "é.conf"), environment, place);
    assertThat(sweep.exitCode()).as(sweep.stderr()).isZero();
    List<String> plan = List.of("plan", "é.conf", "--format", "json");
    assertThat(Grokgrid.run(plan, environment, place).stdout()).contains("\"finished\":1");
    // A message names the file as the user did.
    List<String> absent = List.of("plan", place.resolve("ü.conf").toString());
    assertThat(Grokgrid.run(absent, environment, place).stderr()).contains(place + "/ü.conf: no");

    try (Stream<Path> left = Files.list(place)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("out", "é.conf");
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void measuresWholeSweepsAgainstTheirStep() throws Exception {
    List<String> bench = new ArrayList<>(List.of("bench", "--network", "nanda", "--as-sweep"));
    bench.addAll(List.of("--set", "run.task.p=7", "--set", "run.task.train_fraction=0.5"));
    bench.addAll(List.of("--processes", "1", "--seconds", "1", "--format", "csv"));
    Grokgrid.Result result = Grokgrid.run(bench, Map.of(), folder);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    List<String> lines = result.stdout().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).startsWith("preset,settings,master,processes,steps,step_ms,least,");
    assertThat(lines.get(1))
        .startsWith("nanda,run.task.p=7 run.task.train_fraction=0.5,local[1],1,");
    double least = Double.parseDouble(List.of(lines.get(1).split(",", -1)).get(6));
    assertThat(least).isBetween(0.0, 10.0);
  }

  @Test
  void takesSparksClassesFromAnArchive() throws Exception {
    Path loaded = folder.resolve("loaded");
    String log = "spark.driver.defaultJavaOptions=-Xlog:class+load:file=" + loaded;
    List<String> status = List.of("status", "--spark-conf", log);
    Grokgrid.Result result = Grokgrid.run(status, Map.of(), folder);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(Files.readString(loaded))
        .contains("org.apache.spark.SparkContext source: shared objects file (top)");
  }

  @Test
  void saysInOneLineWhatCannotBeWritten() throws Exception {
    refuses("GROKGRID_LOG", folder.toString(), "the log must be a file that can be written, was ");
    refuses("GROKGRID_LOG", "/proc/none/log", "the log must be a file that can be written, was ");
    refuses("TMPDIR", folder + "/none", "TMPDIR must be a folder that can be written, was ");
    refuses("ENGINE_CACHE_DIR", "/proc/none", "ENGINE_CACHE_DIR must be a folder that can be ");
  }

  private void refuses(String name, String value, String message) throws Exception {
    Grokgrid.Result result =
        Grokgrid.run(List.of("sweep", "none.conf"), Map.of(name, value), folder);
    assertThat(result.exitCode()).as(name).isEqualTo(ExitCode.BROKEN);
    assertThat(result.stderr().lines().toList())
        .singleElement()
        .asString()
        .startsWith("grokgrid: " + message)
        .endsWith(value.substring(1));
  }

  /** Whose links to the jar can neither be removed nor told dead by a signal. */
  @Test
  void runsFromACheckoutOfAnotherUser() throws Exception {
    // Only root can be somebody else; for others it is a checkout that they cannot write.
    boolean root = "root".equals(System.getProperty("user.name"));
    List<String> somebody =
        root ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") : List.of();
    Path checkout = checkout();
    Path running = Files.createDirectory(checkout.resolve("spark-jobs/target/running"));
    Path stale = Files.createFile(running.resolve("grokgrid-999999999.jar"));
    Path live = Files.createFile(running.resolve("grokgrid-1.jar"));
    Path work = Files.createDirectory(folder.resolve("work"));
    shell(List.of(), "chmod 755 \"$1\"; chmod 1777 \"$2\"", folder, work);
    shell(List.of(), root ? "chmod 1777 \"$1\"" : "chmod 555 \"$1\" \"$1/..\"", running);
    assumeTrue(shell(somebody, "test -r \"$1/spark-jobs/target/grokgrid.jar\"", checkout) == 0);

    String plan = "cd \"$1\" && TMPDIR=. \"$2/submit/grokgrid\" plan \"$2/small.conf\" >plan 2>&1";
    assertThat(shell(somebody, plan, work, checkout)).isZero();

    assertThat(Files.readString(work.resolve("plan"))).startsWith("plan ").contains("pending");
    assertThat(stale).exists();
    assertThat(live).exists();
    // Nothing is kept in the checkout.
    try (Stream<Path> kept = Files.list(work)) {
      assertThat(kept.filter(file -> Files.isDirectory(file.resolve("logs")))).hasSize(1);
    }
    shell(List.of(), "chmod 755 \"$1\" \"$1/..\"", running);
  }

  /** What a build leaves, below a path that shells and classpaths stumble over. */
  private Path checkout() throws IOException {
    Path target = Grokgrid.repository().resolve("spark-jobs/target");
    Path checkout = Files.createDirectory(folder.resolve("it's [a] \"check out\" é"));
    Path built = Files.createDirectories(checkout.resolve("spark-jobs/target"));
    Files.createSymbolicLink(
        checkout.resolve("spark-jobs/target/classes"), target.resolve("classes"));
    Files.createSymbolicLink(built.resolve("grokgrid.jar"), target.resolve("grokgrid.jar"));
    try (Stream<Path> homes = Files.list(target)) {
      // Beside it are the jars of tests, spark-of-tests-..
      Path home =
          homes
              .filter(f -> f.getFileName().toString().matches("spark-\\d.*"))
              .filter(f -> Files.isDirectory(f.resolve("jars")))
              .findFirst()
              .orElseThrow();
      Files.createSymbolicLink(built.resolve(home.getFileName()), home);
    }
    Files.createDirectory(checkout.resolve("submit"));
    for (String name : List.of("grokgrid", "cluster.sh", "log4j2.properties")) {
      Path script = Path.of("submit", name);
      Files.copy(
          Grokgrid.repository().resolve(script),
          checkout.resolve(script),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.writeString(checkout.resolve("small.conf"), SMALL);
    return checkout;
  }

  /** Runs a command of bash, in which $1 and so on are {@code paths}; returns its exit code. */
  private static int shell(List<String> as, String command, Path... paths) throws Exception {
    List<String> all = new ArrayList<>(as);
    all.addAll(List.of("bash", "-c", command, "bash"));
    for (Path path : paths) {
      all.add(path.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(all).inheritIO();
    builder.environment().put("GROKGRID_BUILD", "never");
    builder.environment().remove("SPARK_HOME");
    return builder.start().waitFor();
  }
}
