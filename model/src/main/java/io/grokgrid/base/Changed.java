package io.grokgrid.base;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;

/** Copies of records of which some components have other values. */
public final class Changed {
  private Changed() {}

  /**
   * The same record but for these components, made by its constructor, whose rules hold.
   *
   * @param changes values by the components' names
   * @throws Refused if one of the rules is broken
   * @throws IllegalArgumentException if a value is of another type, or there is no such component
   */
  public static <R extends Record> R with(R record, Map<String, ?> changes) {
    RecordComponent[] parts = record.getClass().getRecordComponents();
    long named = Arrays.stream(parts).filter(part -> changes.containsKey(part.getName())).count();
    if (named < changes.size()) {
      throw new IllegalArgumentException(
          record.getClass().getSimpleName() + " lacks one of " + changes.keySet());
    }
    try {
      Object[] values = new Object[parts.length];
      for (int i = 0; i < parts.length; i++) {
        String name = parts[i].getName();
        values[i] =
            changes.containsKey(name) ? changes.get(name) : parts[i].getAccessor().invoke(record);
      }
      return made(record, parts, values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Refused refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("records of this project are public", e);
    }
  }

  @SuppressWarnings("unchecked") // the class of a record of R
  private static <R extends Record> R made(R record, RecordComponent[] parts, Object[] values)
      throws ReflectiveOperationException {
    Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
    return (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
  }
}
