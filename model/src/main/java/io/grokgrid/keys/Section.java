package io.grokgrid.keys;

import io.grokgrid.base.Kind;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A record that is made of the values of its keys.
 *
 * @param kind which of several it is, for messages
 * @param components in their order
 */
record Section<R>(String kind, List<Component> components, Constructor<R> constructor) {
  /** A component with its key. */
  record Component(Key key, Part part) {}

  static <R> Section<R> of(Class<R> type, String section, @Nullable Kind of) {
    String kind = of == null ? "" : section + ".kind = " + of.name().toLowerCase(Locale.ROOT);
    List<Component> components =
        Arrays.stream(type.getRecordComponents())
            .map(Part::of)
            .map(part -> new Component(Key.of(section + "." + part.name()), part))
            .toList();
    Class<?>[] types = components.stream().map(each -> each.part.type()).toArray(Class<?>[]::new);
    try {
      return new Section<>(kind, components, type.getDeclaredConstructor(types));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has this constructor", e);
    }
  }

  /** Null after adding to problems what the record refuses. */
  @Nullable R make(KeyValues values, List<Problem> problems) {
    int known = problems.size();
    Object[] arguments = new Object[components.size()];
    for (int i = 0; i < arguments.length; i++) {
      Component each = components.get(i);
      arguments[i] = argument(each, values.derived(each.key), problems);
    }
    return problems.size() > known ? null : make(arguments, problems);
  }

  private Object argument(Component of, Object value, List<Problem> problems) {
    List<String> constants = of.part.constants();
    if (constants.isEmpty() || constants.contains(value)) {
      return of.part.argument(value);
    }
    String rule = "must be set to one of %s for %s".formatted(String.join(", ", constants), kind);
    problems.add(new Problem(of.key.name(), rule, value.toString()));
    return value;
  }

  private @Nullable R make(Object[] arguments, List<Problem> problems) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Refused refused) {
        problems.addAll(refused.problems());
        return null;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("records of this project are public", e);
    }
  }
}
