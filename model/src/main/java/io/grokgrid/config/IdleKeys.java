package io.grokgrid.config;

import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Idle;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.Kinds;
import io.grokgrid.keys.OtherNames;
import io.grokgrid.run.RunSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a user wrote that says nothing about any run: it would be ignored in silence. */
final class IdleKeys {
  /** Names of the keys whose values decide which other keys say nothing. */
  private static final Set<String> DECIDING =
      Stream.concat(
              Stream.of("kind"), Idle.keys().stream().flatMap(key -> Idle.deciders(key).stream()))
          .collect(Collectors.toUnmodifiableSet());

  private final List<RunSpec> runs;
  private final Set<Key> applying;
  private final Problems problems;
  private final List<String> notes;
  private boolean isRefused;

  /**
   * @param runs of which each has other values of the axes that are {@link #deciding}
   * @param notes to which those are added that may stand where they do
   */
  IdleKeys(List<RunSpec> runs, Problems problems, List<String> notes) {
    this.runs = runs;
    this.applying = Key.applyingTo(runs);
    this.problems = problems;
    this.notes = notes;
  }

  /** Of an axis that has no part in which keys say nothing, one value stands for all. */
  static Axis deciding(Axis axis) {
    return DECIDING.contains(axis.key().name()) ? axis : axis.first();
  }

  /** Whether any key was refused. */
  boolean isRefused() {
    return isRefused;
  }

  /** Refuses a key of {@code run} that the runs' kinds lack; one that others silence is noted. */
  void checkOfRun(Given given) {
    Key key = given.key();
    if (!applying.contains(key)) {
      refuse(given);
    } else if (!given.value().equals(Defaults.VALUES.get(key)) && isSilenced(key)) {
      notes.add("%s %s = %s %s".formatted(given.place(), given.path(), given.value(), rule(key)));
    }
  }

  /** Refuses an axis that moves nothing. */
  void check(Axis axis) {
    Given first = axis.given().get(0);
    if (!first.isUnreadable() && (!applying.contains(axis.key()) || isSilenced(axis.key()))) {
      refuse(first);
    }
  }

  /** Whether other keys than the kinds, all read, make {@code key} say nothing about any run. */
  private boolean isSilenced(Key key) {
    return Idle.isIdle(key, runs) && Idle.deciders(key).stream().noneMatch(problems::concern);
  }

  private void refuse(Given given) {
    isRefused = true;
    Key key = given.key();
    String rule = rule(key) + ", remove it";
    String was = given.value().toString();
    problems.add(given.place(), given.path(), rule, was, advice(key));
  }

  private String rule(Key key) {
    return runs.stream()
        .map(run -> Idle.beside(key, run).orElseGet(() -> Kinds.of(run).text(key)))
        .distinct()
        .collect(Collectors.joining(" or ", "says nothing about runs of ", ""));
  }

  private String advice(Key key) {
    Set<String> names = applying.stream().map(Key::name).collect(Collectors.toSet());
    return OtherNames.ofOtherKind(key.name())
        .filter(other -> names.contains(other) && !names.contains(key.name()))
        .map(other -> "; did you mean " + other + "?")
        .orElse("");
  }
}
