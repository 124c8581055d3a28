package io.grokgrid.config;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Key;
import java.util.Comparator;
import java.util.List;

/** Puts what runs refuse at the places where their values were written. */
final class Refusals {
  /** Refused values of a grid after which the rest is not looked at: they repeat each other. */
  private static final int MOST = 1_000;

  private final String file;
  private final Problems problems;
  private boolean isEmpty = true;
  private int noted;

  /**
   * @param file the user's own, as its places name it
   */
  Refusals(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Whether there was none. */
  boolean isEmpty() {
    return isEmpty;
  }

  void note(Refused refused, Point point) {
    isEmpty = false;
    refused.problems().forEach(problem -> note(problem, point));
  }

  /**
   * Puts a problem where the value was written, unless that value could not be read; where nobody
   * wrote it, at the first written key that it comes from.
   *
   * @throws io.grokgrid.hocon.InvalidConfiguration with all problems so far, if there were so many
   */
  private void note(Problem problem, Point point) {
    Given field = point.get(named(problem.field()));
    List<Given> causes = Causes.of(field.key()).stream().map(point::get).toList();
    if (isUnreadable(field, causes)) {
      return;
    }
    List<Given> known = causes.stream().filter(cause -> !cause.place().isDefault()).toList();
    Place place = field.isWritten() ? field.place() : first(known, field.place());
    String advice = field.advice(known);
    problems.add(place, field.path(), problem.rule(), problem.value(), advice);
    if (++noted > MOST) {
      throw problems.invalid();
    }
  }

  private static Key named(String name) {
    return Key.ALL.stream().filter(key -> key.name().equals(name)).findFirst().orElseThrow();
  }

  private static boolean isUnreadable(Given field, List<Given> causes) {
    return field.isUnreadable()
        || (field.isDerived() && causes.stream().anyMatch(Given::isUnreadable));
  }

  /** In the user's file if there is such a place. */
  private Place first(List<Given> causes, Place none) {
    return causes.stream()
        .map(Given::place)
        .min(Comparator.comparing(place -> !place.isOf(file)))
        .orElse(none);
  }
}
