package io.grokgrid.experiment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
    Object part = component(run, section);
    Object value = component((Record) part, name);
    return value instanceof Enum<?> constant ? text(constant) : value;
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Object component(Record owner, String snakeCaseName) {
    for (RecordComponent component : owner.getClass().getRecordComponents()) {
      if (snakeCase(component.getName()).equals(snakeCaseName)) {
        try {
          return component.getAccessor().invoke(owner);
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException("records of this project have public accessors", e);
        }
      }
    }
    throw new IllegalArgumentException(owner.getClass() + " has no component " + snakeCaseName);
  }

  /** {@code dModel} is {@code d_model}, {@code beta1} stays. */
  static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
