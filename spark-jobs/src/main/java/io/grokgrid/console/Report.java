package io.grokgrid.console;

import java.io.Serializable;

/**
 * What an executor tells the driver of one run, or of one checkpoint that is analysed.
 *
 * @param runId of the run, or another id for what else is done
 * @param step updates made so far
 * @param stepsPerSecond since the last report
 * @param outcome of a run that ended, or empty while it trains
 */
public record Report(String runId, int step, double stepsPerSecond, String outcome)
    implements Serializable {}
