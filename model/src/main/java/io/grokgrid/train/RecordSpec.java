package io.grokgrid.train;

import io.grokgrid.base.Check;
import io.grokgrid.base.IdleWhere;
import io.grokgrid.base.OnlyFor;
import java.io.Serializable;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is recorded, and how often.
 *
 * @param metricsEvery steps between recorded metrics
 * @param attentionEvery steps between recorded attention means; 0 records none
 * @param measurementsEvery steps between measurements; 0 makes none
 * @param analyses which are measured then: {@code auto}, {@code all}, or names with commas in
 *     between
 * @param checkpoints how many times the weights are kept, evenly spaced on a logarithmic scale
 * @param evaluationBatches of which each evaluation on sequences is made
 * @param oodEvery steps between evaluations out of distribution; 0 for the last step only
 * @param stateEverySeconds seconds between saved states, from which a run that was cut goes on; 0
 *     saves none
 */
public record RecordSpec(
    int metricsEvery,
    int attentionEvery,
    int measurementsEvery,
    @IdleWhere("record.measurements_every = 0") String analyses,
    int checkpoints,
    @OnlyFor("task.kind = sequence") int evaluationBatches,
    @OnlyFor("task.kind = sequence") int oodEvery,
    double stateEverySeconds)
    implements Serializable {
  public RecordSpec {
    new Check()
        .atLeast("metrics_every", metricsEvery, 1)
        .atLeast("attention_every", attentionEvery, 0)
        .atLeast("measurements_every", measurementsEvery, 0)
        .between("checkpoints", checkpoints, 0, 10_000)
        .between("evaluation_batches", evaluationBatches, 1, 10_000)
        .atLeast("ood_every", oodEvery, 0)
        .atLeast("state_every_seconds", stateEverySeconds, 0)
        .done();
  }

  /**
   * The steps at which weights are kept, but for the last one made: 0, and from 1 to {@code steps}
   * evenly spaced on a logarithmic scale; fewer where several round to one; the last one of one.
   */
  public SortedSet<Integer> checkpointSteps(int steps) {
    SortedSet<Integer> kept = new TreeSet<>();
    if (checkpoints > 1) {
      kept.add(0);
    }
    for (int i = 0; i < checkpoints - 1; i++) {
      double share = checkpoints == 2 ? 1 : i / (checkpoints - 2.0);
      kept.add((int) Math.round(Math.exp(share * Math.log(steps))));
    }
    if (checkpoints > 0) {
      kept.add(steps);
    }
    return kept;
  }
}
