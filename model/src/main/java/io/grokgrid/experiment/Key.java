package io.grokgrid.experiment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /** How sections are read from a run, and keys from their section; looked up once. */
  private static final Map<String, Method> SECTION_ACCESSORS = accessors(RunSpec.class);

  private static final Map<Key, Method> ACCESSORS =
      ALL.stream()
          .filter(key -> !key.name().equals("kind"))
          .collect(Collectors.toUnmodifiableMap(key -> key, Key::accessor));

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
    if (name.equals("kind")) {
      return text(section.equals("task") ? TaskKind.MODULAR : ModelKind.TRANSFORMER);
    }
    Object part = read(SECTION_ACCESSORS.get(section), run);
    Object value = read(ACCESSORS.get(this), part);
    return value instanceof Enum<?> constant ? text(constant) : value;
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Object read(@Nullable Method accessor, Object owner) {
    if (accessor == null) {
      throw new IllegalArgumentException("no such key in " + owner.getClass());
    }
    try {
      return accessor.invoke(owner);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("records of this project have public accessors", e);
    }
  }

  private Method accessor() {
    Class<?> owner = Objects.requireNonNull(SECTION_ACCESSORS.get(section)).getReturnType();
    return Objects.requireNonNull(accessors(owner).get(name));
  }

  /** By snake_case name. */
  private static Map<String, Method> accessors(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .collect(
            Collectors.toUnmodifiableMap(
                part -> snakeCase(part.getName()), RecordComponent::getAccessor));
  }

  /** {@code dModel} is {@code d_model}, {@code beta1} stays. */
  static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
