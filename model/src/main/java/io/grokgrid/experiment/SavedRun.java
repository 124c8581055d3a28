package io.grokgrid.experiment;

import io.grokgrid.train.TrainingState;
import java.io.Serializable;
import java.time.Instant;

/**
 * A run under way, as it is saved and gone on from.
 *
 * @param startedAt when its first attempt began
 * @param state live: training moves it forward
 */
public record SavedRun(String runId, Instant startedAt, TrainingState state)
    implements Serializable {}
