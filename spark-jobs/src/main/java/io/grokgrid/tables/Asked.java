package io.grokgrid.tables;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A named query as a user asks it: {@code census}, {@code grok_step_vs p}, {@code effect --axis p}.
 *
 * @param argument the values of what the query takes, in its order, a blank between; empty where it
 *     takes none
 */
public record Asked(NamedQuery query, String argument) {
  /** A value, and the option before it where it has one. */
  private static final Pattern VALUE =
      Pattern.compile("(?:(--\\w+)(?:=|\\s+))?([^\\s-]\\S*)(\\s+|$)");

  public Asked {
    query.require(argument);
  }

  /**
   * Reads one.
   *
   * @return none if the text does not begin with the name of a query: it is SQL then
   * @throws Refused if what follows the name is not what the query takes
   */
  public static Optional<Asked> of(String text) {
    String[] words = text.strip().split("\\s+", 2);
    return NamedQuery.named(words[0])
        .map(query -> new Asked(query, argument(query, words.length == 1 ? "" : words[1])));
  }

  /**
   * Refuses the name of a query with what it does not take.
   *
   * @throws Refused if it is so
   */
  public static void require(String text) {
    Optional<Asked> unused = of(text);
  }

  /** The values of {@code KEY}, or of {@code --axis KEY --at A} in any order. */
  private static String argument(NamedQuery query, String given) {
    Map<String, String> values = values(given);
    List<NamedQuery.Taken> takes = query.takes();
    boolean isComplete =
        takes.stream().allMatch(each -> each.isOptional() || values.containsKey(each.option()));
    long known = takes.stream().filter(each -> values.containsKey(each.option())).count();
    if (!isComplete || known < values.size()) {
      throw new Refused(List.of(new Problem(query.key(), rule(query), was(given))));
    }
    return takes.stream()
        .flatMap(each -> Optional.ofNullable(values.get(each.option())).stream())
        .collect(Collectors.joining(" "));
  }

  /** By option; under a name that no option has where the text is no values. */
  private static Map<String, String> values(String given) {
    Map<String, String> values = new HashMap<>();
    Matcher each = VALUE.matcher(given);
    int end = 0;
    while (each.region(end, given.length()).lookingAt()) {
      String option = each.group(1) == null ? "" : each.group(1);
      if (values.put(option, each.group(2)) != null) {
        break;
      }
      end = each.end();
    }
    return end == given.length() ? values : Map.of("none", given);
  }

  private static String rule(NamedQuery query) {
    return query.argument().isEmpty()
        ? "takes nothing"
        : "must be followed by " + query.argument() + " alone";
  }

  private static String was(String given) {
    return given.isEmpty() ? "followed by nothing" : "followed by " + given;
  }

  /** As {@link #of} reads it. */
  public String text() {
    StringBuilder text = new StringBuilder(query.key());
    List<String> values = argument.isEmpty() ? List.of() : List.of(argument.split(" ", -1));
    List<NamedQuery.Taken> takes = query.takes();
    for (int i = 0; i < values.size(); i++) {
      text.append(' ').append((takes.get(i).option() + " " + values.get(i)).strip());
    }
    return text.toString();
  }

  /** Whether SQL calls what is for named queries alone, so that {@code query} would refuse it. */
  public static boolean isForNamesAlone(String sql) {
    return RunFunctions.isCalledBy(sql);
  }

  /**
   * The query.
   *
   * @param varying the keys of {@code run} that vary in the chosen runs, see {@link
   *     io.grokgrid.store.Views#varying}
   * @throws Refused if the argument is none that these runs can be asked by
   */
  public String sql(List<String> varying) {
    return query.sql(varying, argument);
  }
}
