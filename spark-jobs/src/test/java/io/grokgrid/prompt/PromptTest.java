package io.grokgrid.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Console;
import io.grokgrid.console.Format;
import io.grokgrid.options.Options;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At a terminal with JLine's own line discipline. */
class PromptTest {
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  @TempDir private Path folder;

  @Test
  void goesOnAfterAWrongStatement() throws Exception {
    Example.store(folder.resolve("out"));
    hold(
        "SELECT count(*) AS n\r  FROM runs;\rSELECT nope;\r.format json\r.nope\rSELECT 2 AS b;\r"
            + CTRL_D);

    assertThat(out()).isEqualTo("n\n6\n[\n{\"b\":2}\n]\n");
    assertThat(failures).hasSize(2);
    assertThat(failures.get(0))
        .hasMessageContaining("UNRESOLVED_COLUMN")
        .hasMessageContaining("nope");
    assertThat(failures.get(1)).hasMessageContaining(".columns .exit .format");
  }

  @Test
  void seesRunsThatWereFinishedMeanwhile() throws Exception {
    Path store = folder.resolve("out");
    try (PipedOutputStream keys = new PipedOutputStream()) {
      Thread prompt = start(keys);
      type(keys, "SELECT count(*) AS n FROM runs;\r");
      await(() -> out().equals("n\n0\n"));
      Example.store(store);
      type(keys, "SELECT count(*) AS n FROM runs;\r.quit\r");
      prompt.join();
    }
    assertThat(out()).isEqualTo("n\n0\nn\n6\n");
  }

  @Test
  void ctrlCEndsTheStatementThatRuns() throws Exception {
    try (PipedOutputStream keys = new PipedOutputStream()) {
      Thread prompt = start(keys);
      type(
          keys,
          "SELECT sum(a.id * b.id) FROM range(1000000000) a JOIN range(1000000000) b ON a.id < b.id;\r");
      await(() -> Sparks.session().sparkContext().statusTracker().getActiveJobIds().length > 0);
      type(keys, CTRL_C);
      await(() -> failures.size() == 1);
      type(keys, "SELECT 2 AS b;\r.quit\r");
      prompt.join();
    }
    assertThat(failures).singleElement().asString().endsWith("cancelled");
    assertThat(out()).isEqualTo("b\n2\n");
  }

  @Test
  void remembersStatementsOverSessions() throws Exception {
    hold("SELECT 1\r AS a;\r" + CTRL_D);
    String up = "\u001b[A";
    hold(up + "\r" + CTRL_D);
    assertThat(out()).isEqualTo("a\n1\na\n1\n");
    assertThat(Files.readString(folder.resolve("history"))).contains("SELECT 1\\n AS a;");
  }

  @Test
  void completesTheWordsThatFit() throws Exception {
    Example.store(folder.resolve("out"));
    hold("SELECT max(sustained_g\t) AS s FROM runs\t WHERE seed = 0;\rslingsh\t\r" + CTRL_D);
    assertThat(failures).isEmpty();
    assertThat(out()).startsWith("s\n").contains("spikes");

    assertThat(Words.candidates(List.of()))
        .contains("census", ".help", "SELECT")
        .doesNotContain("runs");
    assertThat(Words.candidates(List.of("SELECT")))
        .contains("runs", "metrics", "weight_decay", "mean_weight", "km_quantile(", "FROM")
        .doesNotContain(".help");
    assertThat(Words.candidates(List.of("SELECT", "1", "from")))
        .containsExactly("runs", "metrics", "attention", "measurements");
    assertThat(Words.candidates(List.of(".format"))).containsExactly("table", "csv", "json");
  }

  private void hold(String keys) throws Exception {
    try (PipedOutputStream typed = new PipedOutputStream()) {
      Thread prompt = start(typed);
      type(typed, keys);
      prompt.join();
    }
  }

  private Thread start(PipedOutputStream keys) throws IOException {
    PipedInputStream in = new PipedInputStream(keys, 1 << 16);
    Thread thread = new Thread(() -> hold(in), "prompt");
    thread.start();
    return thread;
  }

  private void hold(PipedInputStream in) {
    Options.Common common = new Options.Common();
    common.out = folder.resolve("out").toString();
    common.format = Format.CSV;
    Console console =
        new Console(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, false, null);
    try (Terminal terminal =
        new ExternalTerminal(
            "test", "ansi", in, new ByteArrayOutputStream(), StandardCharsets.UTF_8)) {
      Prompt.hold(
          terminal,
          Optional.of(folder.resolve("history")),
          console,
          to -> new Dialogue(common, Views.Restriction.NONE, to),
          (failure, to) -> failures.add(failure));
    } catch (IOException e) {
      failures.add(e);
    }
  }

  private static void type(PipedOutputStream keys, String text) throws IOException {
    keys.write(text.getBytes(StandardCharsets.UTF_8));
    keys.flush();
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
