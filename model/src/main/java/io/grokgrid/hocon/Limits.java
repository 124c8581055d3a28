package io.grokgrid.hocon;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large a configuration may be. Everything is counted on the text, before anything works on it
 * that recurses, copies or multiplies: the library's parser and resolver, and the grid. One object
 * counts one configuration: the file, what it includes, and the settings.
 */
public final class Limits {
  /** A million runs are months of a large cluster; more is a slip of the pen. */
  public static final int MOST_RUNS = 1_000_000;

  /** Of one file, and of all texts together. */
  static final int MOST_BYTES = 1 << 18;

  /** Brackets and elements of paths around a value; a range in a union of grids has six. */
  static final int DEEPEST = 16;

  static final int MOST_INCLUDES = 100;
  static final int DEEPEST_INCLUDE = 16;
  static final int MOST_SETTINGS = 1_000;

  /** The library copies an object for every key that a path adds to it. */
  static final int MOST_KEYS = 3_000;

  static final int LONGEST_LIST = 10_000;

  /** Of one key or value. */
  static final int LONGEST_TEXT = 256;

  static final int MOST_SUBSTITUTIONS = 100;

  /** Characters that all values together can have after substitution. */
  private static final double MOST_SUBSTITUTED = 1e7;

  private final Problems problems;
  private long characters;
  private int includes;
  private int keys;
  private long values;
  private final Substitutions substitutions = new Substitutions();
  private @Nullable Place lastSubstitution;
  private final Map<String, Place> holders = new HashMap<>();

  Limits(Problems problems) {
    this.problems = problems;
  }

  void checkSettings(Place place, int settings) {
    atMost(MOST_SETTINGS, settings, place, "settings");
  }

  void addText(Place place, int length) {
    characters += length;
    atMost(MOST_BYTES, characters, place, "characters in all files together");
  }

  void addInclude(Place place, int depth) {
    atMost(DEEPEST_INCLUDE, depth, place, "includes inside each other");
    atMost(MOST_INCLUDES, ++includes, place, "includes in all");
  }

  void addKey(Place place) {
    atMost(MOST_KEYS, ++keys, place, "keys");
  }

  void checkDepth(Place place, int depth) {
    atMost(DEEPEST, depth, place, "brackets and elements of paths inside each other");
  }

  void checkList(Place place, int length) {
    atMost(LONGEST_LIST, length, place, "values in a list (a longer one is a range)");
  }

  /**
   * A part of a key or a value.
   *
   * @param length of the whole so far
   */
  void addPart(Place place, int part, int length) {
    values += part;
    atMost(LONGEST_TEXT, length, place, "characters in a key or a value");
  }

  /**
   * @param holder path of the key whose value holds it; empty if it is not known
   * @param target what it stands for
   */
  void addSubstitution(Place place, String holder, String target) {
    lastSubstitution = place;
    holders.put(holder, place);
    substitutions.add(holder, target);
    atMost(MOST_SUBSTITUTIONS, substitutions.count(), place, "substitutions");
  }

  /** Where the value of each key that holds a substitution was written, by path. */
  Map<String, Place> holders() {
    return Map.copyOf(holders);
  }

  /** That substitutions cannot make too much of what is written: each at most all of it. */
  void checkSubstitutions() {
    double most = substitutions.expansions() * values;
    if (lastSubstitution != null && most > MOST_SUBSTITUTED) {
      String limit = String.format(Locale.ROOT, "%.0e", MOST_SUBSTITUTED);
      String rule = "substitutions must not be able to make values of more than ";
      String was = String.format(Locale.ROOT, "%.1e", most);
      throw exceeded(lastSubstitution, rule + limit + " characters", was);
    }
  }

  private void atMost(int most, long value, Place place, String of) {
    if (value > most) {
      throw exceeded(place, "must have at most " + most + " " + of, "" + value);
    }
  }

  private InvalidConfiguration exceeded(Place place, String rule, String was) {
    problems.add(place, rule + ", was " + was);
    return problems.invalid();
  }
}
