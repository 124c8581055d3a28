package io.grokgrid.config;

import io.grokgrid.base.Shown;
import io.grokgrid.hocon.Place;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import java.util.List;

/**
 * A key's value with the place where a file has it.
 *
 * @param path of the key in the file: {@code run.task.p}, {@code grid.task.p}
 * @param isUnreadable whether the value stands in for one that could not be read
 */
record Given(Key key, String path, Object value, Place place, boolean isUnreadable) {
  boolean isDerived() {
    return value.equals(Defaults.AUTO);
  }

  /** Whether anybody wrote the value that the run has. */
  boolean isWritten() {
    return !isDerived() && !place.isDefault();
  }

  /** Where the value comes from, if from elsewhere. */
  String advice(List<Given> causes) {
    String how = isDerived() ? ", from " : isWritten() ? ", beside " : ", the default, beside ";
    List<String> others =
        causes.stream()
            .filter(cause -> !isWritten() || !cause.place.equals(place))
            .map(Given::text)
            .toList();
    return others.isEmpty() ? "" : how + String.join(" and ", others);
  }

  private String text() {
    return key.label() + " " + Shown.cut(value.toString()) + " (" + place + ")";
  }
}
