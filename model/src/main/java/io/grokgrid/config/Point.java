package io.grokgrid.config;

import io.grokgrid.keys.Key;
import io.grokgrid.keys.KeyValues;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.util.Map;

/** One value of each axis, and those of the base for all other keys. */
record Point(Base base, Map<Key, Given> chosen) {
  Given get(Key key) {
    Given of = chosen.get(key);
    return of == null ? base.get(key) : of;
  }

  /**
   * @throws io.grokgrid.base.Refused if there is no such run
   */
  RunSpec run() {
    KeyValues values = base.values();
    for (Given each : chosen.values()) {
      values = values.with(each.key(), each.value());
    }
    return RunSpecs.of(values);
  }
}
