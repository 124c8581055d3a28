package io.grokgrid.jobs;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Subject;
import io.grokgrid.fourier.FinalFrequencies;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredWeights;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Weights of checkpoints, and what the last checkpoint of their run says of all of them: made once
 * for checkpoints of one run that come one after the other. Of one thread.
 */
final class RunEnd {
  private final Store store;
  private final Configuration hadoop;
  private String runId = "";
  private Optional<FinalFrequencies> frequencies = Optional.empty();

  RunEnd(Store store, Configuration hadoop) {
    this.store = store;
    this.hadoop = hadoop;
  }

  /**
   * A checkpoint's network, told of the end if its analyses ask for that.
   *
   * @param manager that outlives it
   * @throws StoredWeights.Flaw if its weights, or those of the end, are not as the run wrote them
   */
  Subject subject(Checkpoint checkpoint, NDManager manager) throws StoredWeights.Flaw {
    Subject subject = read(checkpoint, checkpoint.step(), manager);
    if (checkpoint.battery().asksForEnd()) {
      look(checkpoint, manager);
      frequencies.ifPresent(known -> subject.tell(FinalFrequencies.class, known));
    }
    return subject;
  }

  private void look(Checkpoint checkpoint, NDManager manager) throws StoredWeights.Flaw {
    if (!checkpoint.runId().equals(runId)) {
      try {
        frequencies = FinalFrequencies.of(read(checkpoint, checkpoint.last(), manager));
        runId = checkpoint.runId();
      } catch (StoredWeights.Flaw e) {
        throw e.ofStep(checkpoint.last());
      }
    }
  }

  private Subject read(Checkpoint checkpoint, int step, NDManager manager)
      throws StoredWeights.Flaw {
    RunSpec run = checkpoint.spec();
    float[] weights = StoredWeights.read(store, checkpoint.runId(), step, run, hadoop);
    return new Subject(manager, run.model(), run.task(), run.training().seed(), weights);
  }
}
