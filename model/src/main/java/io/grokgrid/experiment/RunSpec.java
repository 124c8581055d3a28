package io.grokgrid.experiment;

import io.grokgrid.base.Check;
import io.grokgrid.net.TransformerModel;
import io.grokgrid.task.ModularTask;
import io.grokgrid.train.RecordSpec;
import io.grokgrid.train.TrainingSpec;
import java.io.Serializable;

/**
 * Everything that determines one run.
 *
 * @param task what is learned
 * @param model what learns it
 * @param training how
 * @param record what is kept of it
 */
public record RunSpec(
    ModularTask task, TransformerModel model, TrainingSpec training, RecordSpec record)
    implements Serializable {
  public RunSpec {
    new Check()
        .that(
            training.batchSize() <= task.trainExamples(),
            "batch_size",
            "must be at most the number of training examples, " + task.trainExamples(),
            training.batchSize())
        .done();
  }
}
