package io.grokgrid.run;

import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.net.Signature;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.pair.PairOperations;
import io.grokgrid.step.TrainingSpec.OptimizerKind;
import io.grokgrid.task.TableTask;

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
  private static final double MLP_SECONDS_A_STEP = 0.3e-3;
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
    double limit = run.training().maxSeconds();
    return limit > 0 ? Math.min(limit, seconds) : seconds;
  }

  /** What an evaluation takes, in steps: only forwards, but on more than is trained on. */
  private static double evaluated(RunSpec run) {
    double forward = 1 / FORWARD_AND_BACKWARD;
    return run.task() instanceof TableTask table
        ? forward * table.examples() / examples(run)
        : forward * 2 * run.record().evaluationBatches();
  }

  /** Seconds of one core for one update, in the form that the run will take. */
  static double secondsAStep(RunSpec run) {
    double form = StepForm.of(run) == StepForm.PAIR_TABLES ? pairSeconds(run) : answerSeconds(run);
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
    return arraySeconds(examples(run) * forwardOperations(run.model(), run.signature(), false));
  }

  /** Seconds of one core for one update that computes no more than the answers take. */
  static double answerSeconds(RunSpec run) {
    return arraySeconds(examples(run) * forwardOperations(run.model(), run.signature(), true));
  }

  private static double arraySeconds(double operations) {
    return TEXTBOOK_SECONDS_A_STEP
        + FORWARD_AND_BACKWARD * operations / TEXTBOOK_OPERATIONS_A_SECOND;
  }

  /** Seconds of one core for one update by pair tables. */
  static double pairSeconds(RunSpec run) {
    int p = ((TableTask) run.task()).elements();
    if (run.model() instanceof EmbeddingMlpSpec mlp) {
      double rows = 4 * (mlp.hidden() + (double) p);
      double pair =
          2.0 * mlp.hidden() * p / PRODUCT_OPERATIONS_A_SECOND + rows / ROW_OPERATIONS_A_SECOND;
      return MLP_SECONDS_A_STEP
          + FORWARD_AND_BACKWARD
              * (tableOperations(mlp, p) / TABLE_OPERATIONS_A_SECOND + examples(run) * pair);
    }
    TransformerSpec model = (TransformerSpec) run.model();
    double terms = model.attentionRate() == 0 ? 2 : 2.0 * model.heads();
    double rows = 2 * terms * (model.dMlp() + (double) model.classes(p));
    double pair =
        PairOperations.pair(model, p) / PRODUCT_OPERATIONS_A_SECOND
            + rows / ROW_OPERATIONS_A_SECOND;
    double tables = PairOperations.tables(model, p) / TABLE_OPERATIONS_A_SECOND;
    return PAIR_SECONDS_A_STEP + FORWARD_AND_BACKWARD * (tables + examples(run) * pair);
  }

  /** Floating-point operations of both operands' products with the hidden layer's matrix. */
  private static double tableOperations(EmbeddingMlpSpec model, int n) {
    return (model.isOneSided() ? 2.0 : 4.0) * n * model.dModel() * model.hidden();
  }

  /** Floating-point operations of the matrix products of a step's forward pass by pair tables. */
  public static double pairOperations(RunSpec run) {
    int n = ((TableTask) run.task()).elements();
    if (run.model() instanceof EmbeddingMlpSpec mlp) {
      return tableOperations(mlp, n) + examples(run) * 2 * mlp.hidden() * n;
    }
    TransformerSpec model = (TransformerSpec) run.model();
    return PairOperations.tables(model, n) + examples(run) * PairOperations.pair(model, n);
  }

  private static double examples(RunSpec run) {
    return run.examplesAStep();
  }

  /**
   * Floating-point operations of one example's forward pass: the matrix products.
   *
   * @param answerOnly whether no more is computed than the answers take
   */
  public static double forwardOperations(Model model, Signature signature, boolean answerOnly) {
    if (model instanceof TransformerSpec transformer) {
      int asked = answerOnly ? signature.answered() : signature.length();
      return ofTransformer(transformer, signature, asked);
    }
    EmbeddingMlpSpec mlp = (EmbeddingMlpSpec) model;
    double hidden = mlp.hidden();
    return 2 * hidden * (mlp.inputs() + (mlp.hiddenLayers() - 1) * hidden + signature.classes());
  }

  /**
   * @param asked positions of the last layer that ask
   */
  private static double ofTransformer(TransformerSpec model, Signature signature, int asked) {
    double length = signature.length();
    double width = model.dModel();
    double headWidths = (double) model.heads() * model.dHead();
    double keysAndValues = length * 4 * width * headWidths;
    double output = model.outputProjection() ? 2 * headWidths * width : 0;
    double asking =
        2 * width * headWidths + output + 4 * width * model.dMlp() + 4 * length * headWidths;
    double askingPositions = (model.layers() - 1) * length + asked;
    return model.layers() * keysAndValues
        + askingPositions * asking
        + asked * 2 * width * signature.classes();
  }
}
