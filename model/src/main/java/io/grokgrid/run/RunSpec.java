package io.grokgrid.run;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.battery.Battery;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.net.Signature;
import io.grokgrid.net.Tied;
import io.grokgrid.pair.PairForm;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.GradientFilterKind;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Task;
import io.grokgrid.train.RecordSpec;
import io.grokgrid.weights.Safetensors;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that determines one run.
 *
 * @param task what is learned
 * @param model what learns it
 * @param training how
 * @param record what is kept of it
 */
public record RunSpec(Task task, Model model, TrainingSpec training, RecordSpec record)
    implements Serializable {
  private static final int MOST_EVALUATED = 1 << 24;
  private static final double MOST_NUMBERS = Integer.MAX_VALUE - 16; // of an array

  public RunSpec {
    Check check = new Check();
    Check unused =
        task.<Check>match(
            table -> check(check, table, training),
            sequences -> check(check, sequences, model, training, record));
    checkFilter(check, training, model.parameters(model.signature(task)));
    Battery.check(check, "analyses", record.analyses())
        .that(
            record.lastExactStep() <= training.steps(),
            "checkpoint_steps",
            "must be at most steps " + training.steps(),
            record.lastExactStep())
        .done();
  }

  private static void checkFilter(Check check, TrainingSpec training, double parameters) {
    int most = (int) Math.min(MOST_NUMBERS, MOST_NUMBERS / parameters);
    check.that(
        training.gradientFilter() != GradientFilterKind.MA || training.filterWindow() <= most,
        "filter_window",
        "must be at most %d gradients of %.0f parameters".formatted(most, parameters),
        training.filterWindow());
  }

  private static Check check(Check check, TableTask table, TrainingSpec training) {
    return check.that(
        training.batchSize() <= table.trainExamples(),
        "batch_size",
        "must be at most the number of training examples, " + table.trainExamples(),
        training.batchSize());
  }

  private static Check check(
      Check check, SequenceTask task, Model model, TrainingSpec training, RecordSpec record) {
    check.that(
        training.batchSize() >= 1,
        "batch_size",
        "must be at least 1 for task.kind = sequence, which has no whole training set",
        training.batchSize());
    int most = Math.max(1, MOST_EVALUATED / Math.max(1, training.batchSize()));
    return model
        .checkSequences(check, task)
        .that(
            training.batchSize() <= MOST_EVALUATED,
            "batch_size",
            "must be at most " + MOST_EVALUATED,
            training.batchSize())
        .that(
            training.batchSize() > MOST_EVALUATED || record.evaluationBatches() <= most,
            "evaluation_batches",
            "must be at most " + most + " of batch_size " + training.batchSize(),
            record.evaluationBatches());
  }

  /** What the task asks of the network in training. */
  public Signature signature() {
    return model.signature(task);
  }

  /** Where the network's parameters lie. */
  public Layout layout() {
    return model.layout(signature());
  }

  /**
   * The network's weights as a file, every tensor in it.
   *
   * @param parameters in the layout's order
   * @param metadata kept beside the tensors
   */
  public byte[] weightsFile(float[] parameters, Map<String, String> metadata) {
    float[] untied = Tied.untied(model, signature(), parameters);
    return Safetensors.write(model.untied().layout(signature()), untied, metadata);
  }

  /**
   * The way back.
   *
   * @param name of the file, for errors
   * @return in the layout's order
   * @throws Refused as {@link Safetensors#read} says, and if tensors that are tied differ
   */
  public float[] weights(byte[] file, String name) {
    float[] untied = Safetensors.read(file, name, model.untied().layout(signature()));
    return Tied.tied(model, signature(), untied);
  }

  /** What may be taken into memory as such a file, see {@link Safetensors#mostBytes}. */
  public long mostBytesOfWeights() {
    return Safetensors.mostBytes(model.untied().layout(signature()));
  }

  /** The fast form of its step, if it has one. */
  Optional<PairForm> pairForm() {
    return task.asTable().flatMap(table -> PairForm.of(model, table.elements()));
  }

  /** Examples in one update. */
  public int examplesAStep() {
    int whole = task.match(TableTask::trainExamples, none -> 0);
    return training.batchSize() == 0 ? whole : training.batchSize();
  }

  /** Answers that the accuracy on inputs which are not trained on is over. */
  public long testAnswers() {
    return task.match(
        table -> (long) table.examples() - table.trainExamples(),
        sequences ->
            (long) record.evaluationBatches()
                * training.batchSize()
                * sequences.answered(sequences.length()));
  }
}
