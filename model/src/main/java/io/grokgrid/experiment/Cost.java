package io.grokgrid.experiment;

import io.grokgrid.net.TransformerModel;

/**
 * How long a run takes on one core, estimated before it starts: a constant a step, and three
 * forward passes' floating-point operations (one forward, two backward) at the speed that matrix
 * products of this size reach. Both constants were measured on one core of a current server.
 */
public final class Cost {
  private static final double SECONDS_A_STEP = 3.5e-3;
  private static final double OPERATIONS_A_SECOND = 45e9;
  private static final double PASSES = 3;

  private Cost() {}

  /**
   * Seconds of one core for the whole run, if it is not stopped by its grok step; never more than
   * {@code max_seconds}.
   */
  public static double seconds(RunSpec run) {
    double seconds = run.training().steps() * secondsAStep(run);
    double limit = run.training().maxSeconds();
    return limit > 0 ? Math.min(limit, seconds) : seconds;
  }

  /** Seconds of one core for one update. */
  static double secondsAStep(RunSpec run) {
    int batch = run.training().batchSize();
    double examples = batch == 0 ? run.task().trainExamples() : batch;
    double operations = examples * forwardOperations(run.model(), run.task().p());
    return SECONDS_A_STEP + PASSES * operations / OPERATIONS_A_SECOND;
  }

  /** Floating-point operations of one example's forward pass: the matrix products. */
  static double forwardOperations(TransformerModel model, int p) {
    double length = model.length();
    double width = model.dModel();
    double headWidths = (double) model.heads() * model.dHead();
    double queriesKeysValues = 2 * width * 3 * headWidths;
    double output = 2 * headWidths * width;
    double mlp = 4 * width * model.dMlp();
    double scoresAndMeans = 4 * length * length * headWidths;
    double block = length * (queriesKeysValues + output + mlp) + scoresAndMeans;
    return model.layers() * block + length * 2 * width * model.classes(p);
  }
}
