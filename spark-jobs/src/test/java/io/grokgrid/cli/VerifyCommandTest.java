package io.grokgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.Study;
import io.grokgrid.jobs.VerifyJob;
import io.grokgrid.jobs.VerifyJob.Finding;
import io.grokgrid.jobs.VerifyJob.Verdict;
import io.grokgrid.tables.Example;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  private static Iterable<List<@Nullable Object>> rows(@Nullable Study study, Finding... findings) {
    return VerifyCommand.table(new Verdict(List.of(findings), 12), study).rows();
  }

  @Test
  void aCheckThatFoundNothingSaysWhatItLookedAt() {
    assertThat(
            rows(
                Example.study(),
                new Finding(VerifyJob.UNREADABLE, List.of()),
                new Finding(VerifyJob.DOUBLED, List.of()),
                new Finding(VerifyJob.MISSING, List.of())))
        .containsExactly(
            List.of("unreadable files", 0, "12 are whole"),
            List.of("finished runs with two rows", 0, ""),
            List.of("missing runs of the grid", 0, "of 6"));
  }

  @Test
  void whatIsWrongIsNamedWithWhatToDo() {
    assertThat(
            rows(
                Example.study(),
                new Finding(VerifyJob.NO_STORE, List.of("out")),
                new Finding(VerifyJob.UNREADABLE, List.of("a is empty")),
                new Finding(VerifyJob.DOUBLED, List.of("a", "b")),
                new Finding("a check of rows", List.of("a: b")),
                new Finding(VerifyJob.CHECKPOINTS, List.of("a is missing")),
                new Finding(VerifyJob.MISSING, List.of("a"))))
        .containsExactly(
            List.of("no store", 1, "out holds no runs"),
            List.of("unreadable files", 1, "12 are whole; a is empty"),
            List.of("finished runs with two rows", 2, "a, b; compact takes the older rows out"),
            List.of("a check of rows", 1, "a: b"),
            List.of(
                "missing or damaged checkpoints",
                1,
                "a is missing; verify --repair takes these runs out, to be trained again"),
            List.of("missing runs of the grid", 1, "of 6; a"));
  }

  @Test
  void namesTheFirstTwenty() {
    List<String> wrong = IntStream.range(0, 21).mapToObj(Integer::toString).toList();
    assertThat(rows(null, new Finding("a check of rows", wrong)))
        .first()
        .satisfies(row -> assertThat(row.get(2)).asString().endsWith("18, 19, .."));
  }
}
