package io.grokgrid.run;

import io.grokgrid.battery.Battery;
import io.grokgrid.layers.LayeredTransformer;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Product;
import io.grokgrid.pair.PairForm;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import java.util.List;

/**
 * How long a run takes on one core, estimated before it starts: a constant a step, and the
 * floating-point operations of its parts at the speeds that they reach. All constants were measured
 * on one core of a current server, by {@code bench}.
 */
public final class Cost {
  private static final double FORWARD_AND_BACKWARD = 3;

  private static final double TEXTBOOK_SECONDS_A_STEP = 1.2e-3;
  private static final double TEXTBOOK_OPERATIONS_A_SECOND = 60e9;

  private static final double LAYERED_SECONDS_A_STEP = 0.2e-3;
  private static final double LAYERED_OPERATIONS_A_SECOND = 85e9;

  private static final double TABLE_OPERATIONS_A_SECOND = 60e9;
  private static final double PRODUCT_OPERATIONS_A_SECOND = 90e9;
  private static final double ROW_OPERATIONS_A_SECOND = 25e9;

  private Cost() {}

  /**
   * Seconds of one core for the whole run, if it is not stopped by its grok step; never more than
   * {@code max_seconds}.
   */
  public static double seconds(RunSpec run) {
    double step = secondsAStep(run);
    double seconds =
        run.training().steps() * (step + step * evaluated(run) / run.record().metricsEvery());
    seconds += measured(run);
    double limit = run.training().maxSeconds();
    return limit > 0 ? Math.min(limit, seconds) : seconds;
  }

  /** What an evaluation takes, in steps: only forwards, but on more than is trained on. */
  private static double evaluated(RunSpec run) {
    double forward = 1 / FORWARD_AND_BACKWARD;
    return run.task()
        .match(
            table -> forward * table.examples() / examples(run),
            sequences -> forward * 2 * run.record().evaluationBatches());
  }

  /** Seconds of one core for what analyses measure of the weights. */
  private static double measured(RunSpec run) {
    int every = run.record().measurementsEvery();
    if (every == 0) {
      return 0;
    }
    int times = run.training().steps() / every + 1;
    return times * Battery.recorded(run.record().analyses()).seconds(run.model(), run.task());
  }

  /** Seconds of one core for one update, in the form that the run will take. */
  public static double secondsAStep(RunSpec run) {
    double form =
        run.pairForm()
            .map(pairs -> Math.min(pairSeconds(run, pairs), answerSeconds(run)))
            .orElseGet(() -> answerSeconds(run));
    return run.training().optimizer() == OptimizerKind.MUON ? form + muonSeconds(run) : form;
  }

  /** Muon's products: five times A = X X^T, A A and A X of each hidden matrix X, r rows by c. */
  private static double muonSeconds(RunSpec run) {
    double operations = 0;
    for (Layout.Tensor tensor : run.layout().tensors()) {
      if (tensor.role().isHiddenMatrix()) {
        double r = Math.min(tensor.inputs(), tensor.outputs());
        double c = Math.max(tensor.inputs(), tensor.outputs());
        operations += 5 * (4 * r * r * c + 2 * r * r * r);
      }
    }
    return operations / TABLE_OPERATIONS_A_SECOND;
  }

  /** Seconds of one core for one update in the textbook form. */
  static double textbookSeconds(RunSpec run) {
    return arraySeconds(examples(run) * run.model().forwardOperations(run.signature(), false));
  }

  /** Seconds of one core for one update that computes no more than the answers take. */
  static double answerSeconds(RunSpec run) {
    double operations = examples(run) * run.model().forwardOperations(run.signature(), true);
    return LayeredTransformer.covers(run.model())
        ? LAYERED_SECONDS_A_STEP + FORWARD_AND_BACKWARD * operations / LAYERED_OPERATIONS_A_SECOND
        : arraySeconds(operations);
  }

  private static double arraySeconds(double operations) {
    return TEXTBOOK_SECONDS_A_STEP
        + FORWARD_AND_BACKWARD * operations / TEXTBOOK_OPERATIONS_A_SECOND;
  }

  /** Seconds of one core for one update in the fast form. */
  static double pairSeconds(RunSpec run, PairForm form) {
    double pair =
        form.productOperations() / PRODUCT_OPERATIONS_A_SECOND
            + form.rowOperations() / ROW_OPERATIONS_A_SECOND;
    double tables = form.tableOperations() / TABLE_OPERATIONS_A_SECOND;
    return PairForm.SECONDS_A_STEP + FORWARD_AND_BACKWARD * (tables + examples(run) * pair);
  }

  /**
   * Floating-point operations of the matrix products of an update, in the form that the run takes.
   */
  public static double operations(RunSpec run) {
    return FORWARD_AND_BACKWARD
        * (StepForm.of(run) == StepForm.PAIR_TABLES
            ? run.pairForm().map(form -> operations(run, form)).orElseThrow()
            : examples(run) * run.model().forwardOperations(run.signature(), true));
  }

  /**
   * The matrix products of an update in the form that the run takes, gradients included; of pair
   * tables only what is made for pairs.
   */
  public static List<Product> products(RunSpec run) {
    List<Product> forward =
        StepForm.of(run) == StepForm.PAIR_TABLES
            ? run.pairForm().orElseThrow().products(run.examplesAStep())
            : run.model().products(run.signature(), true, run.examplesAStep());
    return forward.stream().flatMap(product -> product.withAdjoints().stream()).toList();
  }

  private static double operations(RunSpec run, PairForm form) {
    return form.tableOperations() + examples(run) * form.productOperations();
  }

  private static double examples(RunSpec run) {
    return run.examplesAStep();
  }
}
