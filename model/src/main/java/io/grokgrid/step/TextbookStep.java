package io.grokgrid.step;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.grokgrid.layers.LayeredTransformer;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Model;
import io.grokgrid.net.Network;
import io.grokgrid.net.Signature;
import io.grokgrid.task.Examples;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.tensor.Dropout;
import io.grokgrid.tensor.LossForm;
import java.util.List;

/**
 * A network as {@link Network} has it, on inputs of any kind: for every network. Where no more is
 * asked than the answers need, a transformer on the CPU takes {@link LayeredTransformer} in its
 * place.
 */
public final class TextbookStep implements TrainingStep {
  private final NDManager manager;
  private final Model model;
  private final Inputs inputs;
  private final TrainingSpec spec;
  private final boolean everyPosition;
  private final Network network;
  private final TextbookPass pass;
  private final TextbookPass longPass;

  /**
   * @param manager owns what lives as long as this object; the caller closes it
   * @param everyPosition whether training takes every position through every layer, as the papers'
   *     code does (and without dropout), or no more than the answers need
   */
  TextbookStep(
      NDManager manager, Model model, Inputs inputs, TrainingSpec spec, boolean everyPosition) {
    this.manager = manager;
    this.model = model;
    this.inputs = inputs;
    this.spec = spec;
    this.everyPosition = everyPosition;
    network = model.network(manager, inputs.signature(), DataType.FLOAT32);
    pass = pass(network, inputs.signature());
    longPass =
        inputs.longest().equals(inputs.signature())
            ? pass
            : pass(model.network(manager, inputs.longest(), DataType.FLOAT32), inputs.longest());
  }

  private TextbookPass pass(Network of, Signature signature) {
    LossForm form = spec.lossForm();
    boolean isLayered = !everyPosition && !manager.getDevice().isGpu();
    LayeredTransformer layered =
        isLayered ? LayeredTransformer.of(model, signature, form).orElse(null) : null;
    return new TextbookPass(manager, of, form, layered);
  }

  /**
   * On a table.
   *
   * @param n elements that it is over
   */
  public static TextbookStep of(
      NDManager manager,
      Model model,
      int n,
      Examples examples,
      TrainingSpec spec,
      boolean everyPosition) {
    Inputs inputs = new TableInputs(manager, model, n, examples, spec);
    return new TextbookStep(manager, model, inputs, spec, everyPosition);
  }

  /**
   * On sequences.
   *
   * @param evaluationBatches of the training's size, that each evaluation is made of
   */
  public static TextbookStep of(
      NDManager manager,
      Model model,
      SequenceTask task,
      TrainingSpec spec,
      int evaluationBatches,
      boolean everyPosition) {
    Inputs inputs = new SequenceInputs(manager, task, spec, evaluationBatches);
    return new TextbookStep(manager, model, inputs, spec, everyPosition);
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int step) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Dropout now = spec.dropout(manager, model.dropout(), step);
      return pass.lossAndGradient(parameters, gradient, inputs.batch(step), everyPosition, now);
    }
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int[] examples) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return lossAndGradient(parameters, gradient, inputs.batch(examples));
    }
  }

  /** On a batch of the inputs. */
  double lossAndGradient(float[] parameters, float[] gradient, Inputs.Batch batch) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return pass.lossAndGradient(parameters, gradient, batch, everyPosition, null);
    }
  }

  @Override
  public Evaluation evaluate(float[] parameters, boolean withOod) {
    Inputs.Totals totals =
        inputs.evaluate(
            withOod,
            (isLong, tokens, answers, sums) ->
                (isLong ? longPass : pass).evaluate(parameters, tokens, answers, sums));
    return totals.evaluation();
  }

  @Override
  public boolean drawsAnew() {
    return inputs.isDrawnAnew();
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, int step) {
    return attention(parameters, step, false);
  }

  @Override
  public List<AttentionMean> trainAttention(float[] parameters, int step) {
    return attention(parameters, step, true);
  }

  private List<AttentionMean> attention(float[] parameters, int step, boolean ofTraining) {
    if (model.attentionLayers() == 0) {
      return List.of();
    }
    AttentionSums sums = new AttentionSums(model, inputs.attended());
    inputs.attend(
        ofTraining,
        tokens -> {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            sums.add(network.trace(manager.create(parameters), tokens), tokens.size(0));
          }
        });
    return sums.means(step);
  }
}
