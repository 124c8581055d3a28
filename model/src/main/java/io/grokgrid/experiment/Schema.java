package io.grokgrid.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which keys there are, and what an unknown one was probably meant to be. */
final class Schema {
  static final List<String> TOP = List.of("sweep", "run", "grid");

  /** The sections of {@code run}. */
  static final List<String> SECTIONS = Key.ALL.stream().map(Key::section).distinct().toList();

  static final List<Key> SWEEP =
      Arrays.stream(SweepSpec.class.getRecordComponents())
          .map(part -> new Key("sweep", Key.snakeCase(part.getName()), part.getType()))
          .toList();

  private static final Map<String, Key> RUN_KEYS =
      Key.ALL.stream().collect(Collectors.toUnmodifiableMap(Key::path, Function.identity()));

  private static final Map<String, Key> SWEEP_KEYS =
      SWEEP.stream().collect(Collectors.toUnmodifiableMap(Key::name, Function.identity()));

  private Schema() {}

  static @Nullable Key runKey(String section, String name) {
    return RUN_KEYS.get(section + "." + name);
  }

  static @Nullable Key sweepKey(String name) {
    return SWEEP_KEYS.get(name);
  }

  /** The rule that a top-level key other than {@link #TOP} breaks. */
  static String unknownAtTop(String name) {
    Optional<String> section = Nearest.to(name, SECTIONS).map(nearest -> "run." + nearest);
    return unknown(Nearest.to(name, TOP).or(() -> section).or(() -> elsewhere(name, "run")), TOP);
  }

  /** The rule that a key of {@code run} or {@code grid} other than {@link #SECTIONS} breaks. */
  static String unknownSection(String name, String top) {
    return unknown(Nearest.to(name, SECTIONS).or(() -> elsewhere(name, top)), SECTIONS);
  }

  /** The rule that an unknown key of a section breaks. */
  static String unknownKey(String section, String name, String top) {
    List<String> known =
        Key.ALL.stream().filter(key -> key.section().equals(section)).map(Key::name).toList();
    return unknown(sameName(name, top).or(() -> near(name, known, top)), known);
  }

  /** The rule that an unknown key of {@code sweep} breaks. */
  static String unknownInSweep(String name) {
    List<String> known = SWEEP.stream().map(Key::name).toList();
    return unknown(Nearest.to(name, known).or(() -> elsewhere(name, "run")), known);
  }

  /** The rule that an unknown name among {@code known} breaks. */
  static String unknown(String name, List<String> known) {
    return unknown(Nearest.to(name, known), known);
  }

  private static String unknown(Optional<String> meant, List<String> known) {
    return meant
        .map(name -> "unknown key; did you mean " + name + "?")
        .orElseGet(() -> "unknown key; there are " + String.join(", ", known));
  }

  private static Optional<String> near(String name, List<String> known, String top) {
    return Nearest.to(name, known).or(() -> elsewhere(name, top));
  }

  private static Optional<String> elsewhere(String name, String top) {
    List<String> names = Key.ALL.stream().map(Key::name).distinct().toList();
    return sameName(name, top)
        .or(() -> Nearest.to(name, names).flatMap(nearest -> sameName(nearest, top)));
  }

  /** The path of the key with this name in whichever section has it. */
  private static Optional<String> sameName(String name, String top) {
    return Key.ALL.stream()
        .filter(key -> key.name().equals(name))
        .map(key -> top + "." + key.path())
        .findFirst();
  }
}
