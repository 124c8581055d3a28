package io.grokgrid.checkpoints;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Subject;
import io.grokgrid.battery.Battery;
import io.grokgrid.fourier.FinalFrequencies;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredWeights;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.apache.hadoop.conf.Configuration;

/** Analyses of a {@link Battery}: of each checkpoint those that are missing. */
public final class BatteryWork implements CheckpointWork {
  private static final long serialVersionUID = 1L;

  private static final double TASK_SECONDS = 3;

  private final ArrayList<String> names;

  /**
   * @param names of analyses
   */
  public BatteryWork(List<String> names) {
    this.names = new ArrayList<>(names);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public double seconds(Checkpoint checkpoint) {
    RunSpec run = checkpoint.spec();
    return battery(checkpoint).seconds(run.model(), run.task());
  }

  private static Battery battery(Checkpoint checkpoint) {
    return Battery.of(checkpoint.analyses(), "analyses");
  }

  @Override
  public double taskSeconds() {
    return TASK_SECONDS;
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public String outcome(List<Measurement> found) {
    return "ANALYSED";
  }

  @Override
  public Task begin(Store store, Configuration hadoop) {
    Autograd.load();
    return new Analysing(store, hadoop);
  }

  /**
   * What the last checkpoint of a run says of all of them is made once for those that come one
   * after the other.
   */
  private static final class Analysing implements Task {
    private final Store store;
    private final Configuration hadoop;
    private String runId = "";
    private Optional<FinalFrequencies> frequencies = Optional.empty();

    Analysing(Store store, Configuration hadoop) {
      this.store = store;
      this.hadoop = hadoop;
    }

    @Override
    public Optional<List<Measurement>> measure(Checkpoint checkpoint, IntPredicate goOn)
        throws StoredWeights.Flaw {
      try (NDManager manager = Autograd.newManager(Device.cpu())) {
        Battery battery = battery(checkpoint);
        Subject subject = read(checkpoint, manager);
        if (battery.asksForEnd()) {
          look(checkpoint, manager);
          frequencies.ifPresent(known -> subject.tell(FinalFrequencies.class, known));
        }
        return Optional.of(battery.measure(subject, checkpoint.step()).defined());
      }
    }

    private void look(Checkpoint checkpoint, NDManager manager) throws StoredWeights.Flaw {
      if (!checkpoint.runId().equals(runId)) {
        try {
          frequencies = FinalFrequencies.of(read(checkpoint.end(), manager));
          runId = checkpoint.runId();
        } catch (StoredWeights.Flaw e) {
          throw e.ofStep(checkpoint.last());
        }
      }
    }

    private Subject read(Checkpoint checkpoint, NDManager manager) throws StoredWeights.Flaw {
      RunSpec run = checkpoint.spec();
      float[] weights = checkpoint.weights(store, hadoop);
      return new Subject(manager, run.model(), run.task(), run.training().seed(), weights);
    }
  }
}
