package io.grokgrid.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with a configuration, collected until everything was looked at. The same rule at
 * the same place is one problem, however many runs of a grid break it.
 */
final class Problems {
  private static final int SHOWN = 50;

  private record Broken(Place place, String path, String rule) {}

  private final Map<Broken, String> messages = new LinkedHashMap<>();

  /** A rule that the value of the key {@code path} breaks. */
  void add(Place place, String path, String rule, String value) {
    messages.putIfAbsent(
        new Broken(place, path, rule), place + " " + path + ": " + rule + ", was " + value);
  }

  /** Something wrong with the key {@code path} itself. */
  void add(Place place, String path, String rule) {
    messages.putIfAbsent(new Broken(place, path, rule), place + " " + path + ": " + rule);
  }

  /** Something wrong with the text at {@code place}. */
  void add(Place place, String message) {
    messages.putIfAbsent(new Broken(place, "", message), place + ": " + message);
  }

  /** Whether anything is wrong with keys of this name. */
  boolean concern(String name) {
    return messages.keySet().stream().anyMatch(broken -> broken.path().endsWith("." + name));
  }

  /**
   * @throws InvalidConfiguration if there is any problem
   */
  void done() {
    if (!messages.isEmpty()) {
      throw invalid();
    }
  }

  /** For where there is nothing to go on with. */
  InvalidConfiguration invalid() {
    return new InvalidConfiguration(lines());
  }

  private List<String> lines() {
    List<String> sources = messages.keySet().stream().map(b -> b.place().source()).toList();
    Comparator<Broken> inOrderOfTheFiles =
        Comparator.<Broken>comparingInt(b -> sources.indexOf(b.place().source()))
            .thenComparingInt(b -> b.place().line());
    List<String> lines = new ArrayList<>();
    messages.keySet().stream()
        .sorted(inOrderOfTheFiles)
        .limit(SHOWN)
        .forEach(broken -> lines.add(messages.getOrDefault(broken, "")));
    if (messages.size() > SHOWN) {
      lines.add("... and " + (messages.size() - SHOWN) + " more");
    }
    return lines;
  }
}
