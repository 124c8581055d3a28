package io.grokgrid.experiment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One configuration key below {@code run}: a component of one of the records that make up a {@link
 * RunSpec}, or one of the two kinds. Keys, columns of the runs table and record components are the
 * same list, in the same order.
 *
 * @param section {@code task}, {@code model}, {@code training} or {@code record}
 * @param name the key in its section, in snake_case
 * @param type int, long, double, boolean or an enum
 */
public record Key(String section, String name, Class<?> type) {
  /** Every key, in the order of the records. */
  public static final List<Key> ALL =
      Arrays.stream(RunSpec.class.getRecordComponents()).flatMap(Key::ofSection).toList();

  /** How values are read; looked up once. */
  private static final Map<Key, Function<RunSpec, Object>> READERS =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), Key::makeReader));

  private static Stream<Key> ofSection(RecordComponent section) {
    String name = section.getName();
    Stream<Key> kind =
        switch (name) {
          case "task" -> Stream.of(new Key(name, "kind", TaskKind.class));
          case "model" -> Stream.of(new Key(name, "kind", ModelKind.class));
          default -> Stream.of();
        };
    return Stream.concat(
        kind,
        Arrays.stream(section.getType().getRecordComponents())
            .map(part -> new Key(name, snakeCase(part.getName()), part.getType())));
  }

  /** {@code run.task.kind}. */
  public enum TaskKind {
    MODULAR
  }

  /** {@code run.model.kind}. */
  public enum ModelKind {
    TRANSFORMER
  }

  /** {@code section.name}, the key's path below {@code run} and {@code grid}. */
  public String path() {
    return section + "." + name;
  }

  /**
   * The column of the runs table: the name, but {@code task} and {@code model} for the two kinds.
   */
  public String column() {
    return name.equals("kind") ? section : name;
  }

  /**
   * This key's value in {@code run}: Integer, Long, Double, Boolean, or the lower-case name of an
   * enum's constant.
   */
  public Object value(RunSpec run) {
    return reader().apply(run);
  }

  /** {@link #value}, without looking up how at every call. */
  Function<RunSpec, Object> reader() {
    return Objects.requireNonNull(READERS.get(this), "no such key");
  }

  private Function<RunSpec, Object> makeReader() {
    if (name.equals("kind")) {
      String kind = text(section.equals("task") ? TaskKind.MODULAR : ModelKind.TRANSFORMER);
      return run -> kind;
    }
    Method owner = accessor(RunSpec.class, section);
    Method part = accessor(owner.getReturnType(), name);
    return run -> {
      Object value = read(part, read(owner, run));
      return value instanceof Enum<?> constant ? text(constant) : value;
    };
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Object read(Method accessor, Object owner) {
    try {
      return accessor.invoke(owner);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("records of this project have public accessors", e);
    }
  }

  private static Method accessor(Class<?> owner, String snakeCaseName) {
    return Arrays.stream(owner.getRecordComponents())
        .filter(part -> snakeCase(part.getName()).equals(snakeCaseName))
        .map(RecordComponent::getAccessor)
        .findFirst()
        .orElseThrow();
  }

  /** {@code dModel} is {@code d_model}, {@code beta1} stays. */
  static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
