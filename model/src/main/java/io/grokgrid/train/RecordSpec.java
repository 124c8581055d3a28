package io.grokgrid.train;

import io.grokgrid.base.Check;
import java.io.Serializable;

/**
 * What is recorded, and how often.
 *
 * @param metricsEvery steps between recorded metrics
 * @param attentionEvery steps between recorded attention means; 0 records none
 * @param measurementsEvery steps between measurements; 0 makes none
 * @param stateEverySeconds seconds between saved states, from which a run that was cut goes on; 0
 *     saves none
 */
public record RecordSpec(
    int metricsEvery, int attentionEvery, int measurementsEvery, double stateEverySeconds)
    implements Serializable {
  public RecordSpec {
    new Check()
        .atLeast("metrics_every", metricsEvery, 1)
        .atLeast("attention_every", attentionEvery, 0)
        .atLeast("measurements_every", measurementsEvery, 0)
        .atLeast("state_every_seconds", stateEverySeconds, 0)
        .done();
  }
}
