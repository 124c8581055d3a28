package io.grokgrid.store;

import io.grokgrid.experiment.Outcome;
import io.grokgrid.keys.Key;
import io.grokgrid.run.RunSpec;
import java.util.List;
import java.util.Map;

/**
 * What a plan needs to know about a run that the store holds.
 *
 * @param outcome of the row that the views show
 * @param recorded column and value of every key of {@code record} that decides what is kept
 */
public record Finished(Outcome outcome, Map<String, Object> recorded) {
  /** The keys of {@code record}, but how often a state is saved, which leaves no trace in a row. */
  static final List<Key> RECORD_KEYS =
      Key.ALL.stream()
          .filter(key -> key.section().equals("record"))
          .filter(key -> !key.name().equals("state_every_seconds"))
          .toList();

  /** Whether the run was recorded as {@code asked} would be; a column it lacks is no difference. */
  public boolean recordedAs(RunSpec asked) {
    return RECORD_KEYS.stream()
        .allMatch(
            key -> {
              Object value = key.value(asked);
              return value == null || value.equals(recorded.getOrDefault(key.column(), value));
            });
  }
}
