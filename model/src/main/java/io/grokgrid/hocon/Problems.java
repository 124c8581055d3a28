package io.grokgrid.hocon;

import io.grokgrid.base.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is wrong with a configuration, collected until everything was looked at. The same rule at
 * the same place is one problem, however many runs of a grid break it.
 */
public final class Problems {
  private static final int SHOWN = 50;

  private record Broken(Place place, String path, String rule) {}

  private final Map<Broken, String> messages = new LinkedHashMap<>();
  private final Map<Broken, List<String>> lists = new HashMap<>();

  /** A rule that the value of the key {@code path} breaks. */
  public void add(Place place, String path, String rule, String value) {
    add(place, path, rule, value, "");
  }

  /**
   * The same.
   *
   * @param advice what would be right, or where the value comes from; goes behind it
   */
  public void add(Place place, String path, String rule, String value, String advice) {
    String was = ", was " + Shown.cut(value) + Shown.whole(advice);
    messages.putIfAbsent(new Broken(place, path, rule), text(place, path, rule) + was);
  }

  /** Something wrong with the key {@code path} itself. */
  public void add(Place place, String path, String rule) {
    messages.putIfAbsent(new Broken(place, path, rule), text(place, path, rule));
  }

  /**
   * A key that there is not.
   *
   * @param meant what it was probably meant to be
   * @param known the keys that there are; where nothing is like it, said at the first such problem
   */
  public void addUnknown(Place place, String path, Optional<String> meant, List<String> known) {
    String guess = meant.map(name -> "; did you mean " + name + "?").orElse("");
    add(place, path, "unknown key" + guess);
    if (meant.isEmpty()) {
      lists.putIfAbsent(new Broken(place, path, "unknown key"), known);
    }
  }

  /** Something wrong with the text at {@code place}. */
  public void add(Place place, String message) {
    messages.putIfAbsent(new Broken(place, "", message), place + ": " + Shown.whole(message));
  }

  private static String text(Place place, String path, String rule) {
    return place + " " + Shown.cut(path) + ": " + Shown.whole(rule);
  }

  /** Whether anything is wrong with keys of this name. */
  public boolean concern(String name) {
    return messages.keySet().stream().anyMatch(broken -> broken.path().endsWith("." + name));
  }

  /**
   * @throws InvalidConfiguration if there is any problem
   */
  public void done() {
    if (!messages.isEmpty()) {
      throw invalid();
    }
  }

  /** For where there is nothing to go on with. */
  public InvalidConfiguration invalid() {
    return new InvalidConfiguration(lines());
  }

  private List<String> lines() {
    Map<String, Integer> sources = new HashMap<>();
    messages.keySet().forEach(b -> sources.putIfAbsent(b.place().source(), sources.size()));
    Comparator<Broken> inOrderOfTheFiles =
        Comparator.<Broken>comparingInt(b -> sources.getOrDefault(b.place().source(), 0))
            .thenComparingInt(b -> b.place().line());
    Set<List<String>> listed = new HashSet<>();
    List<String> lines = new ArrayList<>();
    messages.keySet().stream()
        .sorted(inOrderOfTheFiles)
        .limit(SHOWN)
        .forEach(broken -> lines.add(messages.get(broken) + list(broken, listed)));
    if (messages.size() > SHOWN) {
      lines.add("... and " + (messages.size() - SHOWN) + " more");
    }
    return lines;
  }

  private String list(Broken broken, Set<List<String>> listed) {
    List<String> known = lists.getOrDefault(broken, List.of());
    return known.isEmpty() || !listed.add(known) ? "" : "; there are " + String.join(", ", known);
  }
}
