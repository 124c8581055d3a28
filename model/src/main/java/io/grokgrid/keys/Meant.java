package io.grokgrid.keys;

import io.grokgrid.base.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an unknown name was probably meant to be.
 *
 * @param top where its meaning is looked for: {@code run} or {@code grid}
 * @param chosen the kinds whose keys can be meant
 */
record Meant(String top, Chosen chosen) {
  private static final Map<String, List<Key>> BY_PLAIN_NAME =
      Key.ALL.stream().collect(Collectors.groupingBy(key -> OtherNames.plain(key.name())));

  Optional<String> atTop(String name) {
    return Nearest.to(name, Leaves.TOP)
        .or(() -> section(name).map(section -> top + "." + section))
        .or(() -> elsewhere(name));
  }

  Optional<String> asSection(String name) {
    return section(name).or(() -> elsewhere(name));
  }

  private static Optional<String> section(String name) {
    return Nearest.to(name, Key.SECTIONS).or(() -> OtherNames.ofSection(name).stream().findFirst());
  }

  Optional<String> inSection(String section, String name) {
    Optional<String> nearest = Nearest.to(name, names(section));
    boolean isApart = Key.APART.contains(section);
    return (isApart ? nearest : named(section, name).or(() -> nearest)).or(() -> elsewhere(name));
  }

  /**
   * The keys of a section beside {@code run}, or those of a section that say something about the
   * chosen kinds.
   */
  List<String> names(String section) {
    return Stream.concat(Key.EVERY.stream().filter(Key::isApart), chosen.keys().stream())
        .filter(key -> key.section().equals(section))
        .map(Key::name)
        .toList();
  }

  private Optional<String> elsewhere(String name) {
    List<String> names = chosen.keys().stream().map(Key::name).toList();
    return named("", name).or(() -> Nearest.to(name, names).flatMap(nearest -> named("", nearest)));
  }

  /** The key of this name, however it is written, or that has this other name. */
  private Optional<String> named(String section, String name) {
    Optional<String> same = path(section, name);
    if (same.isPresent()) {
      return same;
    }
    List<String> meant =
        OtherNames.ofKey(name).stream().flatMap(other -> path(section, other).stream()).toList();
    return OtherNames.isPlural(name) && !meant.isEmpty()
        ? Optional.of(String.join(" and ", meant))
        : meant.stream().findFirst().map(path -> path + OtherNames.note(name));
  }

  /** The name alone in its own section, else the whole path. */
  private Optional<String> path(String section, String name) {
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
