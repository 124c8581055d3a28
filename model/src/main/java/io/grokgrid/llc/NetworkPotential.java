package io.grokgrid.llc;

import ai.djl.ndarray.NDManager;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.StepForm;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.TableTask;

/**
 * The loss of a run's network over its training set, label noise included, without dropout, and in
 * the form that does not cancel ({@link io.grokgrid.math.RowLoss.Exact}), whatever precision it is
 * trained with. Logits and gradient are float32 of the float32 rounded parameters, the sum of the
 * losses is float64; baseline and draws are computed alike.
 *
 * <p>A sequence task has no training set: in its place stands one batch, drawn once, of as many
 * sequences as an evaluation takes.
 */
public final class NetworkPotential implements Potential.OfExamples {
  private final TrainingStep step;
  private final int examples;
  private final int size;
  private final float[] parameters;
  private final float[] gradients;

  private NetworkPotential(TrainingStep step, int examples, int size) {
    this.step = step;
    this.examples = examples;
    this.size = size;
    parameters = new float[size];
    gradients = new float[size];
  }

  /**
   * Of a run, by the form of step that it is trained with.
   *
   * @param manager owns what lives as long as this object; the caller closes it
   */
  public static NetworkPotential of(NDManager manager, RunSpec run) {
    int size = run.layout().size();
    return run.task()
        .match(table -> ofTable(manager, run, table, size), task -> of(manager, run, task, size));
  }

  private static NetworkPotential ofTable(
      NDManager manager, RunSpec run, TableTask table, int size) {
    RunSpec alone =
        new RunSpec(run.task(), run.model(), run.training().ofTheLossAlone(0), run.record());
    TrainingStep step = StepForm.of(alone).step(manager, alone);
    return new NetworkPotential(step, table.trainExamples(), size);
  }

  private static NetworkPotential of(NDManager manager, RunSpec run, SequenceTask task, int size) {
    int sequences = sequences(run);
    TrainingSpec training = run.training().ofTheLossAlone(sequences);
    TrainingStep step = TextbookStep.of(manager, run.model(), task, training, 1, false);
    return new NetworkPotential(step, sequences, size);
  }

  /** How many examples its loss is a mean over. */
  public static int examples(RunSpec run) {
    return run.task().match(TableTask::trainExamples, task -> sequences(run));
  }

  private static int sequences(RunSpec run) {
    return run.record().evaluationBatches() * run.training().batchSize();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int examples() {
    return examples;
  }

  @Override
  public double differentiate(double[] w, double[] gradient) {
    round(w);
    double loss = step.lossAndGradient(parameters, gradients, 0);
    widen(gradient);
    return loss;
  }

  /**
   * @throws IllegalStateException of a sequence task
   */
  @Override
  public double differentiate(double[] w, double[] gradient, int[] chosen) {
    round(w);
    double loss = step.lossAndGradient(parameters, gradients, chosen);
    widen(gradient);
    return loss;
  }

  @Override
  public double accuracy(double[] w) {
    round(w);
    return step.drawsAnew() ? 1 : step.evaluate(parameters, false).trainAccuracy();
  }

  private void round(double[] w) {
    for (int i = 0; i < size; i++) {
      parameters[i] = (float) w[i];
    }
  }

  private void widen(double[] gradient) {
    for (int i = 0; i < size; i++) {
      gradient[i] = gradients[i];
    }
  }
}
