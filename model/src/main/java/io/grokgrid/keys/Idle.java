package io.grokgrid.keys;

import io.grokgrid.run.RunSpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys that say nothing about a run because of other keys than its kinds: training never reads
 * them, so that runs which differ in nothing else have the same weights and the same recorded
 * numbers, bit for bit. They have ids of their own all the same, because no id may change.
 */
public final class Idle {
  /** How the values of {@link Key#ALL} are read, in that order. */
  private static final List<Function<RunSpec, @Nullable Object>> READERS =
      Key.ALL.stream().map(Key::reader).toList();

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
   * The key that says nothing, by its place in {@link Key#ALL}, where all conditions hold and it
   * says something about runs of such kinds.
   */
  private record Rule(int key, List<Condition> conditions) {
    boolean holds(RunSpec run) {
      for (Condition condition : conditions) {
        if (!condition.holds(run)) {
          return false;
        }
      }
      return value(key, run) != null;
    }

    String text(RunSpec run) {
      return conditions.stream()
          .map(condition -> label(condition.key) + " = " + text(value(condition.key, run)))
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
  private record Condition(int key, Object value, boolean isValue) {
    boolean holds(RunSpec run) {
      Object found = Idle.value(key, run);
      Object one = found instanceof Double number ? (Object) (number + 0.0) : found; // -0 is 0
      return one != null && one.equals(value) == isValue;
    }
  }

  private Idle() {}

  private static Rule rule(String path, Condition... conditions) {
    return new Rule(RunSpecs.index(path), List.of(conditions));
  }

  private static Condition where(String path, Object value) {
    return new Condition(RunSpecs.index(path), value, true);
  }

  private static Condition unless(String path, Object value) {
    return new Condition(RunSpecs.index(path), value, false);
  }

  private static @Nullable Object value(int key, RunSpec run) {
    return READERS.get(key).apply(run);
  }

  private static String label(int index) {
    Key key = Key.ALL.get(index);
    return key.name().equals("kind") ? key.path() : key.name();
  }

  /** The keys that there are rules about. */
  public static List<Key> keys() {
    return RULES.stream().map(rule -> Key.ALL.get(rule.key)).distinct().toList();
  }

  private static Stream<Rule> rules(Key key) {
    int index = Key.ALL.indexOf(key);
    return RULES.stream().filter(rule -> rule.key == index);
  }

  /** Whether {@code key} says nothing about any of the runs whose kinds have it. */
  public static boolean isIdle(Key key, Collection<RunSpec> runs) {
    List<Rule> rules = rules(key).toList();
    Function<RunSpec, @Nullable Object> reader = key.reader();
    return runs.stream()
        .allMatch(
            run -> reader.apply(run) == null || rules.stream().anyMatch(rule -> rule.holds(run)));
  }

  /** What makes {@code key} say nothing about a run: {@code optimizer = adamw}. */
  public static Optional<String> beside(Key key, RunSpec run) {
    return rules(key).filter(rule -> rule.holds(run)).findFirst().map(rule -> rule.text(run));
  }

  /** The names of the keys that decide whether {@code key} says anything. */
  public static Set<String> deciders(Key key) {
    return rules(key)
        .flatMap(rule -> rule.conditions.stream())
        .map(condition -> Key.ALL.get(condition.key).name())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The twin of a run whose keys have their defaults wherever they say nothing. */
  public static RunSpec normal(RunSpec run) {
    Object[] values = null;
    for (Rule rule : RULES) {
      Object value = value(rule.key, run);
      if (value != null && !value.equals(standard(rule.key, run)) && rule.holds(run)) {
        values = values == null ? values(run) : values;
        values[rule.key] = Defaults.run().get(rule.key);
      }
    }
    if (values == null) {
      return run;
    }
    RunSpec normal = RunSpecs.of(values);
    return normal.equals(run) ? run : normal(normal); // a default may silence one key more
  }

  private static Object standard(int key, RunSpec run) {
    Object standard = Defaults.run().get(key);
    return standard.equals(Defaults.AUTO) ? RunId.positions(run) : standard; // the one derived key
  }

  /** In how many of the {@link #keys} two runs differ. */
  public static long differences(RunSpec one, RunSpec other) {
    return RULES.stream()
        .mapToInt(Rule::key)
        .distinct()
        .filter(key -> !Objects.equals(value(key, one), value(key, other)))
        .count();
  }

  /** Of {@link Key#ALL}, with the defaults of those that say nothing about runs of such kinds. */
  private static Object[] values(RunSpec run) {
    Object[] values = Defaults.run().toArray();
    for (int i = 0; i < values.length; i++) {
      Object value = value(i, run);
      values[i] = value == null ? values[i] : value;
    }
    return values;
  }
}
