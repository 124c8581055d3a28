package io.grokgrid.tables;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import java.util.List;
import java.util.Optional;

/**
 * A named query as a user asks it: {@code census}, {@code grok_step_vs p}, {@code effect --axis p}.
 *
 * @param argument empty where the query takes none
 */
public record Asked(NamedQuery query, String argument) {
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

  /** The value of what a query takes, which {@code KEY} or {@code --axis KEY} stands for. */
  private static String argument(NamedQuery query, String given) {
    String takes = query.argument().replaceAll("[\\[\\]]", "");
    boolean isOptional = !takes.equals(query.argument());
    String option = takes.replaceFirst("\\S+$", "").strip();
    boolean isNamed = given.startsWith(option + " ") || given.startsWith(option + "=");
    String value = isNamed ? given.substring(option.length() + 1).strip() : given;
    boolean isOne = value.matches("[^\\s-]\\S*") && (isNamed || option.isEmpty());
    if (given.isEmpty() && (isOptional || takes.isEmpty())) {
      return "";
    }
    if (takes.isEmpty() || !isOne) {
      String rule =
          takes.isEmpty()
              ? "must stand alone"
              : "must be followed by " + query.argument() + " alone";
      String was = given.isEmpty() ? "followed by nothing" : "followed by " + given;
      throw new Refused(List.of(new Problem(query.key(), rule, was)));
    }
    return value;
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
