package io.grokgrid.keys;

import io.grokgrid.base.Kind;
import io.grokgrid.net.ModelKind;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.TaskKind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key below {@code run}: a component of one of the records that can make up a
 * {@link RunSpec}, or one of the two kinds. Keys, columns of the runs table and record components
 * are the same list, in the same order; records that are alternatives share keys of the same name.
 *
 * @param section {@code task}, {@code model}, {@code training} or {@code record}
 * @param name the key in its section, in snake_case
 * @param type int, long, double, boolean, a text or an enum; of one that differs with the kind, the
 *     first
 * @param constants the values that there can be of an enum, in lower case; of all kinds
 */
public record Key(String section, String name, Class<?> type, List<String> constants) {
  /** Every key, in the order of the records. */
  public static final List<Key> ALL =
      Arrays.stream(RunSpec.class.getRecordComponents()).flatMap(Key::ofSection).toList();

  /** Keys that say how two operands are read, and in which order. */
  private static final Set<String> OF_TABLES =
      Set.of("outputs", "equals_token", "separate_operands", "batch_order");

  /** Keys outside of {@code task} that say how sequences are evaluated. */
  private static final Set<String> OF_SEQUENCES = Set.of("evaluation_batches", "ood_every");

  /** How values are read; looked up once. */
  private static final Map<Key, Function<RunSpec, @Nullable Object>> READERS =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), Key::makeReader));

  Key(String section, String name, Class<?> type) {
    this(section, name, type, constantsOf(type));
  }

  private static Stream<Key> ofSection(RecordComponent section) {
    String name = section.getName();
    return switch (name) {
      case "task" -> union(name, TaskKind.class, TaskKind.values());
      case "model" -> union(name, ModelKind.class, ModelKind.values());
      default -> components(name, section.getType());
    };
  }

  private static Stream<Key> components(String section, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(part -> new Key(section, snakeCase(part.getName()), part.getType()));
  }

  /** The kind, and the keys of each; those of one name are one key. */
  private static Stream<Key> union(String section, Class<?> kinds, Kind... alternatives) {
    Map<String, Key> keys = new LinkedHashMap<>();
    keys.put("kind", new Key(section, "kind", kinds));
    for (Kind kind : alternatives) {
      components(section, kind.type()).forEach(key -> keys.merge(key.name(), key, Key::joined));
    }
    return keys.values().stream();
  }

  private Key joined(Key other) {
    List<String> all = new ArrayList<>(constants);
    other.constants.stream().filter(constant -> !all.contains(constant)).forEach(all::add);
    return new Key(section, name, type, List.copyOf(all));
  }

  /** Its default; none where that is worked out from other keys. */
  public Optional<Object> standard() {
    Object standard = Defaults.run().get(ALL.indexOf(this));
    return standard.equals(Defaults.AUTO) ? Optional.empty() : Optional.of(standard);
  }

  /** Whether this key says anything about runs of these kinds. */
  public boolean appliesTo(TaskKind task, ModelKind model) {
    if (task == TaskKind.SEQUENCE ? OF_TABLES.contains(name) : OF_SEQUENCES.contains(name)) {
      return false;
    }
    return switch (section) {
      case "task" -> name.equals("kind") || has(task.type());
      case "model" -> name.equals("kind") || has(model.type());
      default -> model == ModelKind.TRANSFORMER || !name.equals("dropout_steps");
    };
  }

  /** The keys that say something about any of these runs. */
  public static Set<Key> applyingTo(List<RunSpec> runs) {
    Set<Kinds> there = runs.stream().map(Kinds::of).collect(Collectors.toSet());
    return ALL.stream()
        .filter(key -> there.stream().anyMatch(kinds -> key.appliesTo(kinds.task, kinds.model)))
        .collect(Collectors.toSet());
  }

  /** What a run is of. */
  public record Kinds(TaskKind task, ModelKind model) {
    static final List<Kinds> ALL =
        Arrays.stream(TaskKind.values())
            .flatMap(task -> Arrays.stream(ModelKind.values()).map(model -> new Kinds(task, model)))
            .toList();

    public static Kinds of(RunSpec run) {
      return new Kinds(run.task().kind(), run.model().kind());
    }

    /** What decides whether {@code key} applies. */
    public String text(Key key) {
      String ofTask = "task.kind = " + Key.text(task);
      return key.section().equals("task")
          ? ofTask
          : ofTask + " and model.kind = " + Key.text(model);
    }
  }

  /** Whether its values are numbers, which a range can stand for. */
  public boolean isNumber() {
    return type.isPrimitive() && type != boolean.class;
  }

  private boolean has(Class<?> owner) {
    return Arrays.stream(owner.getRecordComponents())
        .anyMatch(part -> snakeCase(part.getName()).equals(name));
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
   * enum's constant; null where it says nothing about runs of its kinds.
   */
  public @Nullable Object value(RunSpec run) {
    return reader().apply(run);
  }

  /** {@link #value}, without looking up how at every call. */
  public Function<RunSpec, @Nullable Object> reader() {
    return Objects.requireNonNull(READERS.get(this), "no such key");
  }

  private Function<RunSpec, @Nullable Object> makeReader() {
    Function<RunSpec, @Nullable Object> read =
        switch (section) {
          case "task" -> reader(RunSpec::task, run -> run.task().kind(), TaskKind.values());
          case "model" -> reader(RunSpec::model, run -> run.model().kind(), ModelKind.values());
          default -> {
            Method owner = accessor(RunSpec.class, section);
            Method part = accessor(owner.getReturnType(), name);
            yield run -> value(part, read(owner, run));
          }
        };
    Set<Kinds> having =
        Kinds.ALL.stream()
            .filter(kinds -> appliesTo(kinds.task, kinds.model))
            .collect(Collectors.toUnmodifiableSet());
    return having.size() == Kinds.ALL.size()
        ? read
        : run -> having.contains(Kinds.of(run)) ? read.apply(run) : null;
  }

  private Function<RunSpec, @Nullable Object> reader(
      Function<RunSpec, Object> owner, Function<RunSpec, Enum<?>> kind, Kind... kinds) {
    if (name.equals("kind")) {
      return run -> text(kind.apply(run));
    }
    Map<Class<?>, Method> parts =
        Arrays.stream(kinds)
            .map(Kind::type)
            .filter(this::has)
            .collect(Collectors.toMap(Function.identity(), type -> accessor(type, name)));
    return run -> {
      Object section = owner.apply(run);
      return value(Objects.requireNonNull(parts.get(section.getClass())), section);
    };
  }

  private static Object value(Method part, Object owner) {
    Object value = read(part, owner);
    return value instanceof Enum<?> constant ? text(constant) : value;
  }

  static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static List<String> constantsOf(Class<?> type) {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants()).map(each -> text((Enum<?>) each)).toList()
        : List.of();
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
