package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.grokgrid.hocon.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
  /** A guard against what never ends. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Path folder;

  LimitsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private String problem(String text, String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("x.conf"), text);
    return problem(file, List.of(settings));
  }

  /** The one problem that there is, without the folder in front. */
  private String problem(Path file, List<String> settings) {
    InvalidConfiguration invalid =
        assertTimeoutPreemptively(
            LONGEST,
            () ->
                catchThrowableOfType(
                    InvalidConfiguration.class, () -> SpecReader.read(file, settings)));
    assertThat(invalid).isNotNull();
    assertThat(invalid.problems()).hasSize(1);
    return invalid.problems().get(0).replace(folder + "/", "");
  }

  private static String lines(int n, String form) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < n; i++) {
      lines.append(form.formatted(i, i + 1)).append('\n');
    }
    return lines.toString();
  }

  @Test
  void aGridIsCountedBeforeItsValuesAreMade() throws IOException {
    String million = " = { from = 0, until = 1000000 }\n";
    assertThat(
            problem(
                "grid.training.seed"
                    + million
                    + "grid.task.split_seed"
                    + million
                    + "grid.training.warmup_steps"
                    + million))
        .isEqualTo("x.conf:1 grid: must have at most 1000000 runs, was 1000000000000000000");
    assertThat(problem("grid = [" + ("{ training.seed" + million + "}\n").repeat(50) + "]"))
        .isEqualTo("x.conf:1 grid: must have at most 1000000 runs, was 50000000");
    assertThat(
            problem(
                "grid { training.learning_rate = { from = 1e-300, to = 1e300, points = 1000000,"
                    + " scale = log }\n training.seed = [0, 1] }"))
        .endsWith("must have at most 1000000 runs, was 2000000");
    assertThat(problem("grid.training.seed = { from = 0, until = 1e18 }"))
        .endsWith("must have at most 1000000 runs, was 1000000000000000000");
    assertThat(
            problem("grid.training.learning_rate = {from = 1e-300, until = 1e300, step = 1e-300}"))
        .endsWith("99.. (600 characters)");
    assertThat(problem("grid.training.seed = { from = 0, until = 1e999999999 }"))
        .isEqualTo(
            "x.conf:1 grid.training.seed.until: must be a number within 4.9e-324 to 1.8e308,"
                + " was 1e999999999");
  }

  @Test
  void nestedBracketsAndLongPathsAreCountedBeforeTheyAreParsed() throws IOException {
    String deep = "must have at most 16 brackets and elements of paths inside each other, was 17";
    for (String text : List.of("a = " + "[".repeat(10_000), "\n" + "a {".repeat(10_000))) {
      assertThat(problem(text))
          .startsWith("x.conf:" + (text.startsWith("\n") ? 2 : 1))
          .endsWith(deep);
    }
    assertThat(problem("", "grid.training.seed=" + "[".repeat(100_000)))
        .startsWith("--set grid.training.seed=[[[")
        .endsWith(deep);
    assertThat(problem("run" + ".a".repeat(100_000) + " = 1")).endsWith("a value, was 200003");
    assertThat(problem("run.task.p = ${" + "a.".repeat(10_000) + "a}")).endsWith("was 20001");
    Path json = Files.writeString(folder.resolve("x.json"), "[//" + "[".repeat(100_000));
    assertThat(problem(json, List.of())).startsWith("x.json:1: ");
  }

  @Test
  void listsKeysTextsAndFilesAreCounted() throws IOException {
    assertThat(problem("\ngrid.training.seed = [" + "0,".repeat(100_000) + "]"))
        .isEqualTo(
            "x.conf:2: must have at most 10000 values in a list (a longer one is a range), was"
                + " 10001");
    assertThat(problem(lines(4_000, "a.k%d = 1"))).startsWith("x.conf:3001: ").endsWith("was 3001");
    assertThat(problem("sweep.name = " + "x".repeat(100_000)))
        .isEqualTo("x.conf:1: must have at most 256 characters in a key or a value, was 100000");
    assertThat(problem("#".repeat(1 << 20)))
        .isEqualTo("x.conf: must have at most 262144 bytes, was 1048576");
    assertThat(problem("", Collections.nCopies(2_000, "training.steps=1").toArray(String[]::new)))
        .isEqualTo("--set training.steps=1: must have at most 1000 settings, was 2000");
  }

  @Test
  void includesAreCountedInAllAndInDepth() throws IOException {
    for (int i = 0; i < 17; i++) {
      Files.writeString(
          folder.resolve("i" + i + ".conf"), ("include \"i" + (i + 1) + "\"\n").repeat(2));
    }
    Files.writeString(folder.resolve("i17.conf"), "");
    assertThat(problem(folder.resolve("i0.conf"), List.of()))
        .isEqualTo("i16.conf:1: must have at most 16 includes inside each other, was 17");
    assertThat(problem(folder.resolve("i2.conf"), List.of()))
        .contains("must have at most 100 includes in all, was 101");
    Files.writeString(folder.resolve("large.conf"), "#".repeat(200_000));
    assertThat(problem("include \"large\"\n".repeat(2)))
        .startsWith("large.conf: must have at most 262144 characters in all files together, was 4");
  }

  @Test
  void substitutionsAreFollowedBeforeTheyAreResolved() throws IOException {
    assertThat(problem(lines(5_000, "a%d = ${a%d}")))
        .isEqualTo("x.conf:101: must have at most 100 substitutions, was 101");
    for (String doubling :
        List.of(
            "a%2$d = ${a%1$d}${a%1$d}",
            "a%2$d = [${a%1$d}, ${a%1$d}]",
            "a%2$d { x = ${a%1$d}, y = ${a%1$d} }",
            "a = ${a} ${a}",
            "a += ${a}")) {
      assertThat(problem("a0 = x\na = [0]\n" + lines(30, doubling)))
          .as(doubling)
          .contains("x.conf:32: substitutions must not be able to make values of more than 1e+07");
    }
  }

  @Test
  void whatStaysBelowIsRead() throws IOException {
    Path file = folder.resolve("x.conf");
    Files.writeString(
        file,
        "run.training.steps = 7\ngrid = ["
            + "{ training.seed = [${run.training.steps}, ${?NOPE}] }\n".repeat(40)
            + "]\nsweep.name = ${run.training.steps}${run.training.steps}\n"
            + "grid += { training.seed = 8 }");
    assertThat(SpecReader.read(file, List.of()).runs()).hasSize(2);
    assertThat(SpecReader.read(file, List.of()).sweep().name()).isEqualTo("77");
  }
}
