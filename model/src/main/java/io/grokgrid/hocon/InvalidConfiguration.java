package io.grokgrid.hocon;

import java.util.List;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class InvalidConfiguration extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  InvalidConfiguration(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * One line each, in the order of the files: {@code conf/bad.conf:7 run.model.heads: must divide
   * d_model 128, was 3}.
   */
  public List<String> problems() {
    return problems;
  }
}
