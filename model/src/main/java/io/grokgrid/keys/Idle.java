package io.grokgrid.keys;

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
 * Keys that say nothing about a run because of other keys than its kinds: training never reads
 * them, so that runs which differ in nothing else have the same weights and the same recorded
 * numbers, bit for bit. They have ids of their own all the same, because no id may change.
 */
public final class Idle {
  /** Where which key says nothing. Of several rules of one key, one is enough. */
  private static final List<Rule> RULES =
      List.of(
          rule("task.k", unless("task.rule", "k_back")),
          rule("task.modulus", unless("task.rule", "modular_sum")),
          // The tokens are the residues then.
          rule(
              "model.outputs",
              where("model.equals_token", false),
              where("model.separate_operands", false)),
          rule("model.positions", unless("model.encoding", "learned")),
          // Where there are no pair tables anyway: only without dropout a network has them.
          rule("model.dropout", where("training.dropout_steps", 0), where("task.kind", "sequence")),
          rule("model.dropout", where("training.dropout_steps", 0), unless("model.layers", 1)),
          rule(
              "model.dropout",
              where("training.dropout_steps", 0),
              unless("model.normalization", "none")),
          rule("training.beta1", where("training.optimizer", "sgd")),
          rule("training.beta2", where("training.optimizer", "sgd")),
          rule("training.epsilon", where("training.optimizer", "sgd")),
          rule("training.momentum", unless("training.optimizer", "sgd")),
          rule("training.batch_order", where("training.batch_size", 0)),
          rule("training.dropout_steps", where("model.dropout", 0.0)),
          rule("training.loss_precision", where("training.loss", "stablemax")),
          rule("training.muon_learning_rate", unless("training.optimizer", "muon")),
          rule("training.muon_weight_decay", unless("training.optimizer", "muon")),
          rule("training.muon_momentum", unless("training.optimizer", "muon")));

  /**
   * The key that says nothing where all conditions hold, and it says something about runs of such
   * kinds.
   */
  private record Rule(Key key, List<Condition> conditions) {
    boolean holds(RunSpec run) {
      for (Condition condition : conditions) {
        if (!condition.holds(run)) {
          return false;
        }
      }
      return key.value(run) != null;
    }

    String text(RunSpec run) {
      return conditions.stream()
          .map(condition -> condition.key.label() + " = " + text(condition.key.value(run)))
          .collect(Collectors.joining(" and "));
    }

    private static String text(@Nullable Object value) {
      return value instanceof Double number ? RunId.number(number) : String.valueOf(value);
    }
  }

  /**
   * A condition on another key; where that says nothing about runs of such kinds it does not hold.
   *
   * @param isValue whether the key must have the value, else any other
   */
  private record Condition(Key key, Object value, boolean isValue) {
    boolean holds(RunSpec run) {
      Object found = key.value(run);
      Object one = found instanceof Double number ? (Object) (number + 0.0) : found; // -0 is 0
      return one != null && one.equals(value) == isValue;
    }
  }

  private Idle() {}

  private static Rule rule(String path, Condition... conditions) {
    return new Rule(Key.of(path), List.of(conditions));
  }

  private static Condition where(String path, Object value) {
    return new Condition(Key.of(path), value, true);
  }

  private static Condition unless(String path, Object value) {
    return new Condition(Key.of(path), value, false);
  }

  /** The keys that there are rules about. */
  public static List<Key> keys() {
    return RULES.stream().map(Rule::key).distinct().toList();
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
        .map(condition -> condition.key.name())
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
