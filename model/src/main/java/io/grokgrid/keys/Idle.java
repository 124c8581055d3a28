package io.grokgrid.keys;

import io.grokgrid.base.IdleWhere;
import io.grokgrid.run.RunSpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which keys say nothing about a run because of other keys than its kinds, see {@link IdleWhere}.
 */
public final class Idle {
  /** Of several rules of one key, one is enough. */
  private static final List<Rule> RULES =
      Key.ALL.stream()
          .flatMap(key -> key.idleWhere().map(conditions -> new Rule(key, conditions)))
          .toList();

  private static final List<Key> KEYS = RULES.stream().map(Rule::key).distinct().toList();

  /** The key that says nothing where all conditions hold and the run's kinds have it. */
  private record Rule(Key key, List<Condition> conditions) {
    boolean holds(RunSpec run) {
      return key.value(run) != null
          && conditions.stream().allMatch(each -> each.accepts(each.key().value(run)));
    }

    String text(RunSpec run) {
      return conditions.stream()
          .map(each -> each.key().label() + " = " + text(each.key().value(run)))
          .collect(Collectors.joining(" and "));
    }

    private static String text(@Nullable Object value) {
      return value instanceof Double number ? RunId.number(number) : String.valueOf(value);
    }
  }

  private Idle() {}

  /** The keys that there are rules about. */
  public static List<Key> keys() {
    return KEYS;
  }

  private static Stream<Rule> rules(Key key) {
    return RULES.stream().filter(rule -> rule.key == key);
  }

  /** Whether {@code key} says nothing about any of the runs whose kinds have it. */
  public static boolean isIdle(Key key, Collection<RunSpec> runs) {
    List<Rule> rules = rules(key).toList();
    return runs.stream()
        .allMatch(
            run -> key.value(run) == null || rules.stream().anyMatch(rule -> rule.holds(run)));
  }

  /** What makes {@code key} say nothing about a run: {@code optimizer = adamw}. */
  public static Optional<String> beside(Key key, RunSpec run) {
    return rules(key).filter(rule -> rule.holds(run)).findFirst().map(rule -> rule.text(run));
  }

  /** The names of the keys that decide whether {@code key} says anything. */
  public static Set<String> deciders(Key key) {
    return rules(key)
        .flatMap(rule -> rule.conditions.stream())
        .map(condition -> condition.key().name())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The twin of a run whose keys have their defaults wherever they say nothing. */
  public static RunSpec normal(RunSpec run) {
    KeyValues values = null;
    for (Rule rule : RULES) {
      Key key = rule.key;
      Object value = key.value(run);
      if (value != null && !value.equals(Auto.standard(key, run)) && rule.holds(run)) {
        values = (values == null ? KeyValues.of(run) : values).with(key, Defaults.VALUES.get(key));
      }
    }
    if (values == null) {
      return run;
    }
    RunSpec normal = RunSpecs.of(values);
    return normal.equals(run) ? run : normal(normal); // a default may silence one key more
  }

  /** In how many of the {@link #keys} two runs differ. */
  public static long differences(RunSpec one, RunSpec other) {
    return keys().stream().filter(key -> !Objects.equals(key.value(one), key.value(other))).count();
  }
}
