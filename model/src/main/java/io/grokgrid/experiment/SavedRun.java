package io.grokgrid.experiment;

import io.grokgrid.train.RecordSpec;
import io.grokgrid.train.TrainingState;
import java.io.Serializable;
import java.time.Instant;

/**
 * A run under way, as it is saved and gone on from.
 *
 * @param record what is recorded of it
 * @param startedAt when its first attempt began
 * @param state live: training moves it forward
 */
public record SavedRun(String runId, RecordSpec record, Instant startedAt, TrainingState state)
    implements Serializable {
  /**
   * Whether a run that is to be recorded as {@code asked} can go on from here: what was not
   * recorded so far is lost.
   */
  public boolean isRecordedAs(RecordSpec asked) {
    return record.metricsEvery() == asked.metricsEvery()
        && record.attentionEvery() == asked.attentionEvery()
        && record.measurementsEvery() == asked.measurementsEvery()
        && record.checkpoints() == asked.checkpoints()
        && record.evaluationBatches() == asked.evaluationBatches()
        && record.oodEvery() == asked.oodEvery();
  }
}
