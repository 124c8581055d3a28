package io.grokgrid.keys;

import io.grokgrid.base.Kind;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.net.ModelKind;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.task.TaskKind;
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
 * One configuration key: a component of one of the records that can make up a {@link RunSpec}, one
 * of its two kinds, or a component of {@link SweepSpec} or {@link LlcSpec}. Keys, columns of the
 * runs table and record components are the same list, in the same order; records that are
 * alternatives share keys of the same name. There is one object a key, and their order is that of
 * the records.
 */
public final class Key implements Comparable<Key> {
  private static final String SWEEP_SECTION = "sweep";
  private static final String LLC_SECTION = "llc";

  /** The sections beside {@code run}, no part of any. */
  static final List<String> APART = List.of(SWEEP_SECTION, LLC_SECTION);

  /** Those of {@link #ALL}, then those of {@link #SWEEP}, then those of {@link #LLC}. */
  static final List<Key> EVERY = every();

  /** Every key below {@code run}. */
  public static final List<Key> ALL = EVERY.stream().filter(key -> !key.isApart()).toList();

  /** Every key of {@code sweep}. */
  public static final List<Key> SWEEP = apart(SWEEP_SECTION);

  /** Every key of {@code llc}. */
  public static final List<Key> LLC = apart(LLC_SECTION);

  /** The sections of {@code run}. */
  static final List<String> SECTIONS = ALL.stream().map(Key::section).distinct().toList();

  private static final Map<String, Key> BY_PATH =
      EVERY.stream().collect(Collectors.toUnmodifiableMap(Key::path, Function.identity()));

  /** Where {@link KeyValues} have its value. */
  final int index;

  private final String section;
  private final String name;
  private final @Nullable Part owner;
  private final Map<Class<?>, Part> parts;
  private final Class<?> type;
  private final List<String> constants;
  private final Set<Kinds> kinds;

  /**
   * @param owner the section in a run; null of those beside it
   * @param parts by the record that each is of
   */
  private Key(
      int index, String section, String name, @Nullable Part owner, Map<Class<?>, Part> parts) {
    this.index = index;
    this.section = section;
    this.name = name;
    this.owner = owner;
    this.parts = parts;
    this.type = parts.values().iterator().next().type();
    this.constants =
        parts.values().stream().flatMap(part -> part.constants().stream()).distinct().toList();
    this.kinds = Kinds.ALL.stream().filter(this::isOf).collect(Collectors.toUnmodifiableSet());
  }

  private static List<Key> every() {
    List<Key> keys = new ArrayList<>();
    for (RecordComponent component : RunSpec.class.getRecordComponents()) {
      addSection(component.getName(), Part.of(component), records(component), keys);
    }
    addSection(SWEEP_SECTION, null, List.of(SweepSpec.class), keys);
    addSection(LLC_SECTION, null, List.of(LlcSpec.class), keys);
    return List.copyOf(keys);
  }

  /** Those of a section that is no part of a run. */
  static List<Key> apart(String section) {
    return EVERY.stream().filter(key -> key.section.equals(section)).toList();
  }

  /** The records that a section of a run can be. */
  private static List<? extends Class<?>> records(RecordComponent section) {
    return switch (section.getName()) {
      case "task" -> Arrays.stream(TaskKind.values()).map(Kind::type).toList();
      case "model" -> Arrays.stream(ModelKind.values()).map(Kind::type).toList();
      default -> List.of(section.getType());
    };
  }

  /** Adds a key for each name that components of the records have. */
  private static void addSection(
      String section, @Nullable Part owner, List<? extends Class<?>> records, List<Key> keys) {
    Map<String, Map<Class<?>, Part>> named = new LinkedHashMap<>();
    for (Class<?> record : records) {
      for (Part part : Part.allOf(record)) {
        named.computeIfAbsent(part.name(), none -> new LinkedHashMap<>()).put(record, part);
      }
    }
    named.forEach((name, parts) -> keys.add(new Key(keys.size(), section, name, owner, parts)));
  }

  /** The key of this {@link #path}; without one an IllegalArgumentException. */
  public static Key of(String path) {
    Key key = BY_PATH.get(path);
    if (key == null) {
      throw new IllegalArgumentException("there is no key " + path);
    }
    return key;
  }

  /** Those of paths with blanks in between. */
  public static List<Key> all(String paths) {
    return Stream.of(paths.split("\\s+")).map(Key::of).toList();
  }

  /** Null if there is none. */
  public static @Nullable Key find(String section, String name) {
    return BY_PATH.get(section + "." + name);
  }

  private boolean isOf(Kinds of) {
    Part part =
        switch (section) {
          case "task" -> parts.get(of.task().type());
          case "model" -> parts.get(of.model().type());
          default -> owner == null ? null : parts.get(owner.type());
        };
    return part != null && part.isFor(of);
  }

  /**
   * {@code task}, {@code model}, {@code training} or {@code record}; {@code sweep}; {@code llc}.
   */
  public String section() {
    return section;
  }

  /** The key in its section, in snake_case. */
  public String name() {
    return name;
  }

  /** int, long, double, boolean, a text or an enum; if it differs with the kind, the first. */
  public Class<?> type() {
    return type;
  }

  /** The values that there can be of an enum, in lower case; of all kinds. */
  public List<String> constants() {
    return constants;
  }

  /** Those of one kind; none of a kind that has no such key. */
  List<String> constants(Kind kind) {
    Part part = parts.get(kind.type());
    return part == null ? List.of() : part.constants();
  }

  /** {@code section.name}, the key's path below {@code run} and {@code grid}. */
  public String path() {
    return section + "." + name;
  }

  /** Its path in a file, but for the grid's. */
  public String fullPath() {
    return isApart() ? path() : "run." + path();
  }

  /** The column of the runs table: the name, but for the two kinds the section. */
  public String column() {
    return isKind() ? section : name;
  }

  /** What it is called in messages that name other keys. */
  public String label() {
    return isKind() ? path() : name;
  }

  private boolean isKind() {
    return name.equals("kind");
  }

  boolean isApart() {
    return APART.contains(section);
  }

  /** See {@link io.grokgrid.base.IdleWhere}. */
  Stream<List<Condition>> idleWhere() {
    return parts.values().stream().flatMap(Part::idleWhere).distinct();
  }

  /** Whether its values are numbers, which a range can stand for. */
  public boolean isNumber() {
    return type.isPrimitive() && type != boolean.class;
  }

  /** Whether its one value is a list, see {@link io.grokgrid.base.Several}. */
  public boolean isList() {
    return parts.values().stream().anyMatch(Part::isList);
  }

  /** Its default; none where that is worked out from other keys. */
  public Optional<Object> standard() {
    Object standard = Defaults.VALUES.get(this);
    return standard.equals(Defaults.AUTO) && Auto.isOf(this)
        ? Optional.empty()
        : Optional.of(standard);
  }

  /**
   * Its default beside values of other keys, worked out from them where that is {@code auto}.
   *
   * @param values as {@link #value} gives them, of every key that says something beside them
   */
  public Object standard(Function<Key, Object> values) {
    return standard().orElseGet(() -> Auto.value(this, values::apply));
  }

  /**
   * Whether {@code run} has the default of this key, worked out for it where that is {@code auto};
   * so also where the key says nothing about runs of its kinds.
   */
  public boolean isStandard(RunSpec run) {
    Object value = value(run);
    return value == null || RunId.same(value, Auto.standard(this, run));
  }

  /** Whether this key says anything about runs of these kinds. */
  public boolean appliesTo(TaskKind task, ModelKind model) {
    return appliesTo(new Kinds(task, model));
  }

  boolean appliesTo(Kinds of) {
    return kinds.contains(of);
  }

  /** The keys that say something about any of these runs. */
  public static Set<Key> applyingTo(List<RunSpec> runs) {
    Set<Kinds> there = runs.stream().map(Kinds::of).collect(Collectors.toSet());
    return ALL.stream()
        .filter(key -> there.stream().anyMatch(key::appliesTo))
        .collect(Collectors.toSet());
  }

  /**
   * This key's value in {@code run}: Integer, Long, Double, Boolean, or the lower-case name of an
   * enum's constant; null where it says nothing about runs of its kinds.
   */
  public @Nullable Object value(RunSpec run) {
    boolean applies = kinds.size() == Kinds.ALL.size() || appliesTo(Kinds.of(run));
    return owner == null || !applies ? null : valueIn(owner.read(run));
  }

  /** The same of a record that has it. */
  public Object valueIn(Object record) {
    Part part = Objects.requireNonNull(parts.get(record.getClass()));
    Object value = part.read(record);
    return value instanceof Enum<?> constant ? text(constant) : value;
  }

  static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The name of the constant that {@link #text} gives for it. */
  static String constant(Object text) {
    return text.toString().toUpperCase(Locale.ROOT);
  }

  @Override
  public int compareTo(Key other) {
    return Integer.compare(index, other.index);
  }

  @Override
  public String toString() {
    return path();
  }
}
