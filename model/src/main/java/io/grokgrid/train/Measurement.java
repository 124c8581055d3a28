package io.grokgrid.train;

import java.io.Serializable;

/** One named number that an analysis found at one step. */
public record Measurement(int step, String analysis, String name, double value)
    implements Serializable {}
