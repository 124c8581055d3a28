package io.grokgrid.config;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.keys.Key;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts what runs refuse at the places where their values were written. */
final class Refusals {
  /** Refused values of a grid after which the rest is not looked at: they repeat each other. */
  private static final int MOST = 1_000;

  /** Which other keys a key's value is worked out from, or the rules about it look at. */
  private static final Map<Key, List<Key>> CAUSES =
      Stream.of(
              "model.d_head: model.d_model model.heads",
              "model.heads: model.d_model",
              "model.positions: task.length task.ood_length model.equals_token",
              "task.length: task.rule task.k",
              "task.ood_length: task.rule task.k",
              "task.vocabulary: task.rule",
              "task.split_seed: training.seed",
              "task.operation: task.kind task.p",
              "task.train_fraction: task.p",
              "task.label_noise: task.p task.train_fraction",
              "training.batch_size: task.kind task.p task.train_fraction",
              "model.d_mlp: model.d_model model.layers",
              "model.d_model: model.d_mlp model.layers",
              "model.hidden: model.hidden_layers",
              "record.evaluation_batches: training.batch_size")
          .map(line -> line.split(": "))
          .collect(Collectors.toUnmodifiableMap(line -> Key.of(line[0]), line -> Key.all(line[1])));

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

  void note(Refused refused, Product.Point point) {
    isEmpty = false;
    refused.problems().forEach(problem -> note(problem, point));
  }

  /**
   * Puts a problem where the value was written, unless that value could not be read; where nobody
   * wrote it, at the first written key that it comes from.
   *
   * @throws io.grokgrid.hocon.InvalidConfiguration with all problems so far, if there were so many
   */
  private void note(Problem problem, Product.Point point) {
    Given field = point.get(named(problem.field()));
    List<Given> causes =
        CAUSES.getOrDefault(field.key(), List.of()).stream().map(point::get).toList();
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
