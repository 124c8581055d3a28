package io.grokgrid.keys;

import io.grokgrid.base.IdleWhere;
import io.grokgrid.base.OnlyFor;
import io.grokgrid.base.Several;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a key is in one record: one of its components, or the kind that the record is of.
 *
 * @param name in snake_case
 * @param constants of an enum, in lower case
 * @param declared with annotations
 */
record Part(
    String name,
    Class<?> type,
    List<String> constants,
    Method accessor,
    AnnotatedElement declared) {
  private static Part of(String name, Method accessor, AnnotatedElement declared) {
    Class<?> type = accessor.getReturnType();
    List<String> constants =
        type.isEnum()
            ? Arrays.stream(type.getEnumConstants()).map(each -> Key.text((Enum<?>) each)).toList()
            : List.of();
    return new Part(name, type, constants, accessor, declared);
  }

  static Part of(RecordComponent component) {
    return of(snakeCase(component.getName()), component.getAccessor(), component);
  }

  /** All that a record has: its kind, if it is one of several, and its components. */
  static List<Part> allOf(Class<?> owner) {
    Stream<Part> kind =
        Arrays.stream(owner.getMethods())
            .filter(method -> method.getName().equals("kind"))
            .map(method -> of(method.getName(), method, method));
    return Stream.concat(kind, Arrays.stream(owner.getRecordComponents()).map(Part::of)).toList();
  }

  /** See {@link OnlyFor}. */
  boolean isFor(Kinds kinds) {
    OnlyFor only = declared.getAnnotation(OnlyFor.class);
    return only == null || Condition.all(only.value()).stream().allMatch(kinds::meets);
  }

  /** See {@link IdleWhere}. */
  Stream<List<Condition>> idleWhere() {
    return Arrays.stream(declared.getAnnotationsByType(IdleWhere.class))
        .map(where -> Condition.all(where.value()));
  }

  /** See {@link Several}. */
  boolean isList() {
    return declared.isAnnotationPresent(Several.class);
  }

  Object read(Object owner) {
    try {
      return accessor.invoke(owner);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("records of this project have public accessors", e);
    }
  }

  /** A key's value as the record's constructor takes it. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  Object argument(Object value) {
    return type.isEnum() ? Enum.valueOf((Class) type, Key.constant(value)) : value;
  }

  /** {@code dModel} is {@code d_model}, {@code beta1} stays. */
  private static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
