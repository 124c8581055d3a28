package io.grokgrid.experiment;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A whole configuration file, read and checked.
 *
 * @param axes every varied key's path below {@code run} (such as {@code training.seed}) with its
 *     values in the order written; for a union of grids, all values that a key has in any of them
 * @param runs the distinct runs, in the order of the grid (the last axis fastest)
 * @param notes what its reader would not guess, a line each
 */
public record Study(
    SweepSpec sweep, Map<String, List<Object>> axes, List<PlannedRun> runs, List<String> notes) {
  /**
   * One run of the grid.
   *
   * @param id see {@link RunId}
   * @param twins the ids of other runs of the grid that have the same result, because they differ
   *     only in keys that say nothing about them; they are not trained
   */
  public record PlannedRun(String id, RunSpec spec, List<String> twins)
      implements java.io.Serializable {
    /** A run without twins. */
    public PlannedRun(String id, RunSpec spec) {
      this(id, spec, List.of());
    }

    /** Its own id and its twins': a store that holds any of them holds this run. */
    public List<String> ids() {
      return twins.isEmpty() ? List.of(id) : Stream.concat(Stream.of(id), twins.stream()).toList();
    }
  }
}
