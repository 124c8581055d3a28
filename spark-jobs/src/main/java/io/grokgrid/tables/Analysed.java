package io.grokgrid.tables;

import io.grokgrid.train.Measurement;
import java.time.Instant;
import java.util.List;

/**
 * What analyses found of one checkpoint.
 *
 * @param analyses those that were asked, also those that have nothing to say about such a network
 * @param seconds that they took
 */
public record Analysed(
    String runId,
    int step,
    List<String> analyses,
    List<Measurement> measurements,
    Instant startedAt,
    double seconds) {}
