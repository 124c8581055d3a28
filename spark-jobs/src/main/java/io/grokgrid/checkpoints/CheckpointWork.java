package io.grokgrid.checkpoints;

import io.grokgrid.store.Store;
import io.grokgrid.store.StoredWeights;
import io.grokgrid.train.Measurement;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.apache.hadoop.conf.Configuration;

/** What is to be done with every checkpoint. The driver asks about it, executors do it. */
public interface CheckpointWork extends Serializable {
  /** The names of its analyses: a checkpoint that has all of them in the store is done. */
  List<String> names();

  /** About how long a checkpoint takes on one core. */
  double seconds(Checkpoint checkpoint);

  /** Checkpoints that take less than this share a task; it is also what a kill may cost of them. */
  double taskSeconds();

  /** Into how many parts each is divided by its reports. */
  int parts();

  /** What one task does, one checkpoint after the other. */
  Task begin(Store store, Configuration hadoop);

  /** Of one thread. */
  interface Task {
    /**
     * Measures a checkpoint. What it throws is of this checkpoint alone.
     *
     * @param goOn asked before every part, with how many there are
     * @return nothing if {@code goOn} ended it
     * @throws StoredWeights.Flaw if weights are not as the run wrote them
     */
    Optional<List<Measurement>> measure(Checkpoint checkpoint, IntPredicate goOn)
        throws StoredWeights.Flaw;
  }

  /** What progress counts a checkpoint as, in which these were found. */
  String outcome(List<Measurement> found);
}
