package io.grokgrid.experiment;

import io.grokgrid.net.TransformerSpec;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.ModularTask;

/** The parts of runs of the default kinds. */
public final class Mainline {
  private Mainline() {}

  public static ModularTask task(RunSpec run) {
    return (ModularTask) run.task();
  }

  public static TransformerSpec model(RunSpec run) {
    return (TransformerSpec) run.model();
  }
}
