package io.grokgrid.base;

import java.util.List;
import java.util.stream.Collectors;

/** Values that break a rule; all of them, not only the first. */
public final class Refused extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final List<Problem> problems;

  public Refused(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
