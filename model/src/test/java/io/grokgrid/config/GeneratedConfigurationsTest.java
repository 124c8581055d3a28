package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.grokgrid.hocon.InvalidConfiguration;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.Leaves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what nobody would write, and what somebody might: a study or a refusal, nothing else. */
class GeneratedConfigurationsTest {
  private static final long SEED = 9;

  /** A guard against what never ends; it takes milliseconds. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final List<String> VALUES =
      List.of(
          "0",
          "1",
          "2",
          "7",
          "0.5",
          "-1",
          "1e3",
          "1e400",
          "1e-400",
          "1_000",
          "0x10",
          "NaN",
          "inf",
          "-0",
          "true",
          "null",
          "auto",
          "x",
          "\" 5 \"",
          "\"\"",
          "\"\"\"a\nb\"\"\"",
          "[]",
          "{}",
          "[0, 1]",
          "[0, 1",
          "0, 1]",
          "[[0], [1]]",
          "[0 1]",
          "[0,, 1]",
          "[0] x",
          "x [0]",
          "0..4",
          "{from = 0, until = 3}",
          "{from = 5, until = 0}",
          "{from = 0, until = 1e18}",
          "{from = 0, until = 1e999999999}",
          "{from = 1e-300, until = 1e300, step = 1e-300}",
          "{from = 1, to = 100, points = 3, scale = log}",
          "{from = 0, to = 1, points = 0.5}",
          "{from = a}",
          "{from = 0, untl = 3}",
          "${run.task.p}",
          "${?NOPE}",
          "${nope}",
          "${run}",
          "${run.training} ${run.training}",
          "[${run.task.p}, ${grid}]",
          "${",
          "$x",
          "*",
          "(1)",
          "modular",
          "sequence",
          "permutation",
          "embedding_mlp",
          "rope",
          "k_back",
          "muon",
          "compose",
          "2147483647",
          "99999999999999999999",
          "\"\\u001b[31m\"",
          "\"\\q\"",
          "\u001b[31m",
          "\"x");

  private static final List<String> LINES =
      List.of(
          "}",
          "{",
          "]",
          "[",
          "\"",
          "\"\"\"",
          "a",
          "a =",
          "= 3",
          "a..b = 1",
          ".a = 1",
          "a b = c = d",
          "include \"nope\"",
          "include \"study\"",
          "include url(\"http://127.0.0.1:9/x\")",
          "include \"presets/nanda\"",
          "run { include \"presets/clock\" }",
          "include required(\"x\")",
          "include 3",
          "grid = []",
          "grid = [{}, 4]",
          "grid = {}",
          "run = null",
          "grid += {}",
          "run.training.seed += 9",
          "sweep.name = \"\"",
          "sweep { device = gpu, gpus = 0 }",
          "# comment",
          "// comment",
          "a = 1;",
          ",",
          ",,",
          "\ufeff",
          "\0",
          "run.task.p");

  private final Path file;
  private final Random random = new Random(SEED);

  GeneratedConfigurationsTest(@TempDir Path folder) {
    this.file = folder.resolve("study.conf");
  }

  @Test
  void thoseOfAGrammarAreReadOrRefused() throws IOException {
    int accepted = 0;
    for (int i = 0; i < 300; i++) {
      accepted += isRead(ofGrammar(), settings()) ? 1 : 0;
    }
    assertThat(accepted).as("accepted").isBetween(10, 290);
  }

  @Test
  void damagedFilesOfThisProjectAreReadOrRefused() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("../conf"))) {
      for (Path each : files.filter(path -> path.toString().endsWith(".conf")).sorted().toList()) {
        texts.add(Files.readString(each));
      }
    }
    assertThat(texts).hasSizeGreaterThan(10);
    int accepted = 0;
    for (int i = 0; i < 300; i++) {
      accepted += isRead(damaged(texts.get(i % texts.size())), List.of()) ? 1 : 0;
    }
    assertThat(accepted).as("accepted").isBetween(10, 290);
  }

  @Test
  void thoseThatGrowAreReadOrRefused() throws IOException {
    for (int size : List.of(3, 10, 30, 99, 1_000, 20_000)) {
      for (String text : growing(size)) {
        isRead(text, List.of());
        isRead("", List.of("grid.training.seed=" + text, text));
      }
    }
  }

  private static List<String> growing(int n) {
    return List.of(
        "grid.training.seed = " + "[".repeat(n),
        "grid.training.seed = " + "[".repeat(n) + "0" + "]".repeat(n),
        "a {".repeat(n),
        "run" + ".a".repeat(n) + " = 1",
        "run.task.p = ${" + "a.".repeat(n) + "a}",
        "grid.training.seed = [" + "0,".repeat(n) + "]",
        "grid = [" + "{ training.seed = 0 }\n".repeat(n) + "]",
        "sweep.name = " + "x ".repeat(n),
        "run.training.seed = " + "9".repeat(n),
        "include \"study\"\n".repeat(n),
        lines(n, "a%1$d = ${a%2$d}") + "a" + n + " = 1",
        "a0 = x\n" + lines(n, "a%2$d = ${a%1$d}${a%1$d}"),
        "a0 = [0]\n" + lines(n, "a%2$d = ${a%1$d} ${a%1$d}"),
        "a0 = [0]\n" + lines(n, "a%2$d = [${a%1$d}, ${a%1$d}]"),
        "a0 = [${nope}]\n" + lines(n, "a%2$d = [${a%1$d}, ${a%1$d}]"),
        "a0 { x = ${nope} }\n" + lines(n, "a%2$d { x = ${a%1$d}, y = ${a%1$d} }"),
        "a0 { x = 0 }\n" + lines(n, "a%2$d { x = ${a%1$d}, y = ${a%1$d} }") + "run = ${a" + n + "}",
        "a = [0]\n" + "a = ${a} ${a}\n".repeat(n),
        "a = [0]\n" + "a += 0\n".repeat(n),
        "a = ${b}\nb = ${a}\n".repeat(n),
        lines(n, "run.training.k%d = 1"));
  }

  private static String lines(int n, String form) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < n; i++) {
      lines.append(form.formatted(i, i + 1)).append('\n');
    }
    return lines.toString();
  }

  private String ofGrammar() {
    StringBuilder text = new StringBuilder();
    int lines = 1 + random.nextInt(4);
    for (int i = 0; i < lines; i++) {
      text.append(random.nextInt(4) == 0 ? one(LINES) : assignment()).append('\n');
    }
    return text.toString();
  }

  private String assignment() {
    Key key = one(Key.ALL);
    String top = random.nextBoolean() ? "run." : "grid.";
    String value =
        random.nextInt(3) == 0
            ? Defaults.value(key).unwrapped().toString()
            : key.constants().isEmpty() || random.nextInt(4) == 0
                ? one(VALUES)
                : one(key.constants());
    return random.nextInt(3) == 0
        ? top + key.section() + " { " + key.name() + " = " + value + " }"
        : top + key.path() + " = " + value;
  }

  private List<String> settings() {
    return Stream.generate(this::assignment).limit(random.nextInt(3)).toList();
  }

  private String damaged(String text) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(4)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.insert(at, one(VALUES));
        case 2 -> damaged.insert(damaged.indexOf("\n", at) + 1, one(LINES) + "\n");
        default -> damaged.setCharAt(at, "{}[]=:,\"$#+. \n\0x0".charAt(random.nextInt(17)));
      }
    }
    return damaged.toString();
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Whether it was accepted; then everything in it must mean something. */
  private boolean isRead(String text, List<String> settings) throws IOException {
    Files.writeString(file, text);
    String shown = text.substring(0, Math.min(2000, text.length())) + " with " + settings;
    Study study = assertTimeoutPreemptively(LONGEST, () -> studyOrNull(settings, shown), shown);
    if (study == null) {
      return false;
    }
    assertThat(unknown(text)).as(shown).isEmpty();
    String resolved = SpecReader.resolved(file, settings);
    Path again = Files.writeString(file.resolveSibling("again.conf"), resolved);
    assertThat(ids(SpecReader.read(again, List.of()))).as(shown).isEqualTo(ids(study));
    return true;
  }

  private static List<String> ids(Study study) {
    return study.runs().stream().map(PlannedRun::id).toList();
  }

  private @Nullable Study studyOrNull(List<String> settings, String shown) {
    try {
      return SpecReader.read(file, settings);
    } catch (InvalidConfiguration e) {
      assertThat(e.problems())
          .as(shown)
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).matches("[^\\p{Cntrl}]{1,3000}"));
      return null;
    }
  }

  /** The paths in an accepted text that are no keys, by the library alone. */
  private static Set<String> unknown(String text) {
    Set<String> unknown = new HashSet<>();
    String own = text.replace("\ufeff", "").replaceAll("include [^}\n]*", "");
    Config config = ConfigFactory.parseString(own);
    config
        .root()
        .forEach(
            (top, value) -> {
              if (!Leaves.TOP.contains(top)) {
                unknown.add(top);
              } else if (top.equals("run") && value instanceof ConfigObject run) {
                run.forEach((section, keys) -> addUnknown(section, keys, unknown));
              }
            });
    return unknown;
  }

  private static void addUnknown(String section, Object keys, Set<String> unknown) {
    if (keys instanceof ConfigObject object) {
      for (Map.Entry<String, ?> key : object.entrySet()) {
        if (Key.find(section, key.getKey()) == null) {
          unknown.add(section + "." + key.getKey());
        }
      }
    } else {
      unknown.add(section);
    }
  }
}
