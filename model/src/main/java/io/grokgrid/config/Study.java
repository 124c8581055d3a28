package io.grokgrid.config;

import io.grokgrid.llc.LlcSpec;
import io.grokgrid.run.SweepSpec;
import java.util.List;
import java.util.Map;

/**
 * A whole configuration file, read and checked.
 *
 * @param llc how coefficients of its checkpoints are estimated
 * @param axes every varied key's path below {@code run} (such as {@code training.seed}) with its
 *     values in the order written; for a union of grids, all values that a key has in any of them
 * @param runs the distinct runs, in the order of the grid (the last axis fastest)
 * @param notes what its reader would not guess, a line each
 */
public record Study(
    SweepSpec sweep,
    LlcSpec llc,
    Map<String, List<Object>> axes,
    List<PlannedRun> runs,
    List<String> notes) {}
