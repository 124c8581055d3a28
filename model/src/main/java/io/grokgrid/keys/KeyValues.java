package io.grokgrid.keys;

import io.grokgrid.run.RunSpec;
import java.util.function.Function;

/** A value for every key, as {@link Values} reads them; never changed. */
public final class KeyValues {
  private final Object[] values;

  private KeyValues(Object[] values) {
    this.values = values;
  }

  static KeyValues of(Function<Key, Object> values) {
    return new KeyValues(Key.EVERY.stream().map(values).toArray());
  }

  /** Those of a run, with the defaults of keys that say nothing about runs of its kinds. */
  static KeyValues of(RunSpec run) {
    return of(
        key -> {
          Object value = key.value(run);
          return value == null ? Defaults.VALUES.get(key) : value;
        });
  }

  public Object get(Key key) {
    return values[key.index];
  }

  /** The same but for one key. */
  public KeyValues with(Key key, Object value) {
    Object[] changed = values.clone();
    changed[key.index] = value;
    return new KeyValues(changed);
  }

  int number(Key key) {
    return ((Number) get(key)).intValue();
  }

  boolean isAuto(Key key) {
    return get(key).equals(Defaults.AUTO);
  }

  /** The value, worked out from others where it is {@code auto}. */
  Object derived(Key key) {
    return isAuto(key) && Auto.isOf(key) ? Auto.value(key, this::derived) : get(key);
  }
}
