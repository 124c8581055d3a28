package io.grokgrid.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is kept of one step of a run, and how its file is named after the step. */
enum StepFile {
  /** {@code step-00001000.state}: all that training goes on from. */
  STATE(".state"),
  /** {@code step-00001000.safetensors}: the weights. */
  CHECKPOINT(".safetensors");

  /** As many digits as {@link #fileName} writes of an int. */
  private static final Pattern STEP = Pattern.compile("step-([0-9]{8,10})\\..*");

  private final String suffix;

  StepFile(String suffix) {
    this.suffix = suffix;
  }

  String fileName(int step) {
    return "step-%08d".formatted(step) + suffix;
  }

  /** Whether a file of this name is one, or is meant to be. */
  boolean isMeantBy(String name) {
    return name.endsWith(suffix);
  }

  /**
   * The step that a file is named after.
   *
   * @return -1 if none is named like that
   */
  int step(String name) {
    Matcher matcher = STEP.matcher(name);
    long step = matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    return step >= 0 && step <= Integer.MAX_VALUE && name.equals(fileName((int) step))
        ? (int) step
        : -1;
  }
}
