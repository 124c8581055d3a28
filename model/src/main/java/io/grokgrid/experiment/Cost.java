package io.grokgrid.experiment;

import io.grokgrid.net.PairOperations;
import io.grokgrid.net.TransformerModel;

/**
 * How long a run takes on one core, estimated before it starts: a constant a step, and the
 * floating-point operations of its parts at the speeds that they reach. All constants were measured
 * on one core of a current server, by {@code bench}.
 */
public final class Cost {
  private static final double FORWARD_AND_BACKWARD = 3;

  private static final double TEXTBOOK_SECONDS_A_STEP = 1.2e-3;
  private static final double TEXTBOOK_OPERATIONS_A_SECOND = 60e9;

  private static final double PAIR_SECONDS_A_STEP = 0.7e-3;
  private static final double TABLE_OPERATIONS_A_SECOND = 60e9;
  private static final double PRODUCT_OPERATIONS_A_SECOND = 90e9;
  private static final double ROW_OPERATIONS_A_SECOND = 25e9;

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

  /** Seconds of one core for one update, in the form that the run will take. */
  static double secondsAStep(RunSpec run) {
    return StepForm.of(run) == StepForm.PAIR_TABLES ? pairSeconds(run) : textbookSeconds(run);
  }

  /** Seconds of one core for one update in the textbook form. */
  static double textbookSeconds(RunSpec run) {
    double operations = examples(run) * forwardOperations(run.model(), run.task().p());
    return TEXTBOOK_SECONDS_A_STEP
        + FORWARD_AND_BACKWARD * operations / TEXTBOOK_OPERATIONS_A_SECOND;
  }

  /** Seconds of one core for one update by pair tables. */
  static double pairSeconds(RunSpec run) {
    TransformerModel model = run.model();
    int p = run.task().p();
    double terms = model.attentionRate() == 0 ? 2 : 2.0 * model.heads();
    double rows = 2 * terms * (model.dMlp() + (double) model.classes(p));
    double pair =
        PairOperations.pair(model, p) / PRODUCT_OPERATIONS_A_SECOND
            + rows / ROW_OPERATIONS_A_SECOND;
    double tables = PairOperations.tables(model, p) / TABLE_OPERATIONS_A_SECOND;
    return PAIR_SECONDS_A_STEP + FORWARD_AND_BACKWARD * (tables + examples(run) * pair);
  }

  private static double examples(RunSpec run) {
    int batch = run.training().batchSize();
    return batch == 0 ? run.task().trainExamples() : batch;
  }

  /** Floating-point operations of one example's textbook forward pass: the matrix products. */
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
