package io.grokgrid.cli;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Goes once through what short commands do, over one tiny run, so that the JVM learns which classes
 * of Spark they need: {@code submit/grokgrid} keeps these for the commands that follow, which then
 * start in half the time.
 */
public final class Rehearsal {
  private static final String TINY =
      """
      run {
        task { p = 7, train_fraction = 0.5 }
        model { d_model = 16, d_mlp = 32, heads = 2 }
        training.steps = 20
        record { metrics_every = 10, attention_every = 20 }
      }
      """;

  private static final List<String> QUESTIONS =
      List.of(
          "grok_step_vs_weight_decay",
          "SELECT p, step, avg(test_loss) FROM metrics JOIN runs USING (run_id, p)"
              + " WHERE step > 0 GROUP BY ALL ORDER BY ALL",
          "SELECT count(*) FROM measurements UNION ALL SELECT count(*) FROM attention");

  private Rehearsal() {}

  /** Takes an empty folder. Whatever fails, fails here only. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    String conf = Files.writeString(folder.resolve("tiny.conf"), TINY).toString();
    String out = folder.resolve("out").toString();
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console = new Console(nowhere, nowhere, false, System.getProperty("grokgrid.log"));
    int worst = new Main(console).run("sweep", conf, "--out", out);
    worst = Math.max(worst, new Main(console).run("sweep", conf, "--out", out));
    for (String question : QUESTIONS) {
      worst = Math.max(worst, new Main(console).run("query", question, "--out", out));
    }
    worst = Math.max(worst, new Main(console).run("status", "--out", out));
    worst = Math.max(worst, new Main(console).run("plan", conf, "--out", out));
    if (worst != ExitCode.DONE) {
      throw new IllegalStateException("a command ended with " + worst);
    }
  }
}
