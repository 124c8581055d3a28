package io.grokgrid.checkpoints;

import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredWeights;
import java.io.Serializable;
import java.util.ArrayList;
import org.apache.hadoop.conf.Configuration;

/**
 * A checkpoint with which something is to be done.
 *
 * @param spec of the run that kept it
 * @param last the last step whose weights the run kept
 * @param analyses the names of those that are missing
 */
public record Checkpoint(String runId, int step, int last, RunSpec spec, ArrayList<String> analyses)
    implements Serializable {
  /** Of its reports. */
  String id() {
    return runId + "/" + step;
  }

  /**
   * The parameters, in the layout's order.
   *
   * @throws StoredWeights.Flaw if they are not as the run wrote them
   */
  float[] weights(Store store, Configuration hadoop) throws StoredWeights.Flaw {
    return StoredWeights.read(store, runId, step, spec, hadoop);
  }

  /** The last one of its run. */
  Checkpoint end() {
    return new Checkpoint(runId, last, last, spec, analyses);
  }
}
