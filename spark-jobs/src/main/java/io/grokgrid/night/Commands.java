package io.grokgrid.night;

import io.grokgrid.console.Console;
import java.util.List;

/** The other commands, as the command line runs them. */
@FunctionalInterface
public interface Commands {
  /**
   * Runs one.
   *
   * @param console where it speaks
   * @return its exit code
   */
  int run(Console console, List<String> arguments);
}
