package io.grokgrid.keys;

import com.typesafe.config.ConfigValueFactory;
import io.grokgrid.base.IdleWhere;
import io.grokgrid.hocon.Problems;
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
          .flatMap(key -> key.idleWhere().stream().map(where -> Rule.of(key, where)))
          .toList();

  private static final List<Key> KEYS = RULES.stream().map(Rule::key).distinct().toList();

  /**
   * The key that says nothing where all tests hold, and it says something about runs of such kinds.
   */
  private record Rule(Key key, List<Test> tests) {
    static Rule of(Key key, List<Condition> where) {
      return new Rule(key, where.stream().map(Test::of).toList());
    }

    boolean holds(RunSpec run) {
      for (Test test : tests) {
        if (!test.holds(run)) {
          return false;
        }
      }
      return key.value(run) != null;
    }

    String text(RunSpec run) {
      return tests.stream()
          .map(test -> test.key.label() + " = " + text(test.key.value(run)))
          .collect(Collectors.joining(" and "));
    }

    private static String text(@Nullable Object value) {
      return value instanceof Double number ? RunId.number(number) : String.valueOf(value);
    }
  }

  /**
   * A condition on another key's value; where that says nothing about runs of such kinds it does
   * not hold.
   *
   * @param isValue whether the key must have the value, else any other
   */
  private record Test(Key key, Object value, boolean isValue) {
    static Test of(Condition condition) {
      Key key = Key.of(condition.path());
      Problems problems = new Problems();
      Object value =
          new Values(Chosen.ANY, problems)
              .read(key, key.path(), ConfigValueFactory.fromAnyRef(condition.value()));
      problems.done();
      return new Test(key, Objects.requireNonNull(value), condition.isValue());
    }

    boolean holds(RunSpec run) {
      Object found = key.value(run);
      Object one = found instanceof Double number ? (Object) (number + 0.0) : found; // -0 is 0
      return one != null && one.equals(value) == isValue;
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
        .flatMap(rule -> rule.tests.stream())
        .map(test -> test.key.name())
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
