package io.grokgrid.run;

import io.grokgrid.base.Check;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.net.Signature;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Task;
import io.grokgrid.train.RecordSpec;
import java.io.Serializable;

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

  public RunSpec {
    Check check = new Check();
    if (task instanceof TableTask table) {
      check.that(
          training.batchSize() <= table.trainExamples(),
          "batch_size",
          "must be at most the number of training examples, " + table.trainExamples(),
          training.batchSize());
    } else {
      check(check, (SequenceTask) task, model, training);
      check.that(
          training.batchSize() <= MOST_EVALUATED,
          "batch_size",
          "must be at most " + MOST_EVALUATED,
          training.batchSize());
      int most = Math.max(1, MOST_EVALUATED / Math.max(1, training.batchSize()));
      check.that(
          training.batchSize() > MOST_EVALUATED || record.evaluationBatches() <= most,
          "evaluation_batches",
          "must be at most " + most + " of batch_size " + training.batchSize(),
          record.evaluationBatches());
    }
    check.done();
  }

  private static void check(Check check, SequenceTask task, Model model, TrainingSpec training) {
    check
        .that(
            training.batchSize() >= 1,
            "batch_size",
            "must be at least 1 for task.kind = sequence, which has no whole training set",
            training.batchSize())
        .that(
            model instanceof TransformerSpec,
            "kind",
            "must not be sequence for model.kind = embedding_mlp, which reads two operands",
            "sequence");
    if (model instanceof TransformerSpec transformer) {
      int longest = Math.max(task.length(), task.oodLength());
      check.that(
          transformer.encoding() != Encoding.LEARNED || transformer.positions() >= longest,
          "positions",
          "must be at least the longest input, " + longest + " of length and ood_length",
          transformer.positions());
    }
  }

  /** What the task asks of the network in training. */
  public Signature signature() {
    return task instanceof TableTask table
        ? model.ofPairs(table.elements())
        : Signature.of((SequenceTask) task, Purpose.TRAINING);
  }

  /** Where the network's parameters lie. */
  public Layout layout() {
    return Layout.of(model, signature());
  }

  /** Examples in one update. */
  public int examplesAStep() {
    return training.batchSize() == 0 && task instanceof TableTask table
        ? table.trainExamples()
        : training.batchSize();
  }
}
