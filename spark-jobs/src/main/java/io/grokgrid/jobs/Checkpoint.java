package io.grokgrid.jobs;

import io.grokgrid.battery.Battery;
import io.grokgrid.run.RunSpec;
import java.io.Serializable;
import java.util.ArrayList;

/**
 * A checkpoint that is to be analysed.
 *
 * @param spec of the run that kept it
 * @param last the last step whose weights the run kept
 * @param analyses the names of those that are missing
 */
record Checkpoint(String runId, int step, int last, RunSpec spec, ArrayList<String> analyses)
    implements Serializable {
  /** Of its reports. */
  String id() {
    return runId + "/" + step;
  }

  Battery battery() {
    return Battery.of(analyses, "analyses");
  }

  /** About how long it takes on one core. */
  double seconds() {
    return battery().seconds(spec.model(), spec.task());
  }
}
