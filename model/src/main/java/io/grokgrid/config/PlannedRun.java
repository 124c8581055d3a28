package io.grokgrid.config;

import io.grokgrid.run.RunSpec;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * One run of the grid.
 *
 * @param id see {@link io.grokgrid.keys.RunId}
 * @param twins the ids of other runs of the grid that have the same result, because they differ
 *     only in keys that say nothing about them; they are not trained
 */
public record PlannedRun(String id, RunSpec spec, List<String> twins) implements Serializable {
  /** A run without twins. */
  public PlannedRun(String id, RunSpec spec) {
    this(id, spec, List.of());
  }

  /** Its own id and its twins': a store that holds any of them holds this run. */
  public List<String> ids() {
    return twins.isEmpty() ? List.of(id) : Stream.concat(Stream.of(id), twins.stream()).toList();
  }
}
