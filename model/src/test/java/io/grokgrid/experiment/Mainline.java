package io.grokgrid.experiment;

import io.grokgrid.net.TransformerModel;
import io.grokgrid.task.ModularTask;

/** The parts of runs of the default kinds. */
final class Mainline {
  private Mainline() {}

  static ModularTask task(RunSpec run) {
    return (ModularTask) run.task();
  }

  static TransformerModel model(RunSpec run) {
    return (TransformerModel) run.model();
  }
}
