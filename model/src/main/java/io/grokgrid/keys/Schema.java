package io.grokgrid.keys;

import io.grokgrid.base.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which keys there are, and what an unknown one was probably meant to be. */
public final class Schema {
  public static final List<String> TOP = List.of("sweep", "run", "grid");

  /** The sections of {@code run}. */
  public static final List<String> SECTIONS =
      Key.ALL.stream().map(Key::section).distinct().toList();

  private static final Map<String, List<Key>> BY_PLAIN_NAME =
      Key.ALL.stream().collect(Collectors.groupingBy(key -> OtherNames.plain(key.name())));

  private Schema() {}

  /** What a top-level key other than {@link #TOP} was probably meant to be. */
  static Optional<String> meantAtTop(String name, Chosen chosen) {
    return Nearest.to(name, TOP)
        .or(() -> section(name).map(section -> "run." + section))
        .or(() -> elsewhere(name, "run", chosen));
  }

  /** Likewise of {@code run} or {@code grid}, {@code top}, other than {@link #SECTIONS}. */
  static Optional<String> meantAsSection(String name, String top, Chosen chosen) {
    return section(name).or(() -> elsewhere(name, top, chosen));
  }

  private static Optional<String> section(String name) {
    return Nearest.to(name, SECTIONS).or(() -> OtherNames.ofSection(name).stream().findFirst());
  }

  /** Likewise of a section. */
  static Optional<String> meantInSection(String section, String name, String top, Chosen chosen) {
    Optional<String> nearest = Nearest.to(name, names(section, chosen));
    return section.equals(Key.SWEEP_SECTION)
        ? nearest.or(() -> elsewhere(name, "run", chosen))
        : named(section, name, top, chosen)
            .or(() -> nearest)
            .or(() -> elsewhere(name, top, chosen));
  }

  /** The keys of {@code sweep}, or those of a section that say something about the chosen kinds. */
  static List<String> names(String section, Chosen chosen) {
    return Stream.concat(Key.SWEEP.stream(), chosen.keys().stream())
        .filter(key -> key.section().equals(section))
        .map(Key::name)
        .toList();
  }

  private static Optional<String> elsewhere(String name, String top, Chosen chosen) {
    return named("", name, top, chosen)
        .or(
            () -> {
              List<String> names = chosen.keys().stream().map(Key::name).toList();
              return Nearest.to(name, names).flatMap(nearest -> named("", nearest, top, chosen));
            });
  }

  /** The key of this name, however it is written, or that has this other name. */
  private static Optional<String> named(String section, String name, String top, Chosen chosen) {
    Optional<String> same = path(section, name, top, chosen);
    if (same.isPresent()) {
      return same;
    }
    List<String> meant =
        OtherNames.ofKey(name).stream()
            .flatMap(other -> path(section, other, top, chosen).stream())
            .toList();
    if (OtherNames.isPlural(name) && !meant.isEmpty()) {
      return Optional.of(String.join(" and ", meant));
    }
    return meant.stream().findFirst().map(path -> path + OtherNames.note(name));
  }

  /** The name alone in its own section, else the whole path. */
  private static Optional<String> path(String section, String name, String top, Chosen chosen) {
    List<Key> keys =
        BY_PLAIN_NAME.getOrDefault(OtherNames.plain(name), List.of()).stream()
            .filter(chosen.keys()::contains)
            .toList();
    return keys.stream()
        .filter(key -> key.section().equals(section))
        .findFirst()
        .map(Key::name)
        .or(() -> keys.stream().findFirst().map(key -> top + "." + key.path()));
  }
}
