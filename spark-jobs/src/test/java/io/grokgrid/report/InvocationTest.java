package io.grokgrid.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.tables.NamedQuery;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InvocationTest {
  /** A shell's opinion: the words that it makes of a command are those that were meant. */
  @Test
  void aShellReadsTheWordsThatWereMeant() throws IOException, InterruptedException {
    List<String> options =
        List.of(
            "--where",
            "operation = 'add' AND `p` > $1",
            "--sweep",
            "it's \"x\"!\\",
            "--out",
            "a/b");
    Question sql = Question.of("t", "SELECT `p`,\n  'a' AS \"x\" FROM runs\n");
    String command = new Invocation(List.of(), options, null).query(sql);
    Process shell =
        new ProcessBuilder("bash", "-c", command.replace("submit/grokgrid", "printf '%s\\0'"))
            .start();
    String words = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).isZero();
    assertThat(words.split("\0"))
        .startsWith("query", sql.sql())
        .endsWith(options.toArray(String[]::new))
        .hasSize(2 + options.size());
  }

  @Test
  void namedQueriesAreCommandsOfTheirOwn() {
    RunQuestions questions = new RunQuestions(List.of("weight_decay"));
    Invocation invocation = new Invocation(List.of(), List.of("--out", "x"), 30);
    assertThat(questions.statistics())
        .extracting(invocation::query)
        .containsExactly(
            "submit/grokgrid query grok_step_vs weight_decay --out x",
            "submit/grokgrid query effect --axis weight_decay --out x",
            "submit/grokgrid query phase_diagram --out x");
    assertThat(invocation.query(questions.named(NamedQuery.ENCODINGS)))
        .isEqualTo("submit/grokgrid query encodings --out x");
    assertThat(invocation.report()).isEqualTo("submit/grokgrid report --out x --watch=30");
  }
}
