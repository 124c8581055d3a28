package io.grokgrid.config;

import io.grokgrid.keys.Key;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which other keys a key's value is worked out from, or the rules about it look at. */
final class Causes {
  private static final Map<Key, List<Key>> OF =
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
          .collect(Collectors.toUnmodifiableMap(line -> Key.of(line[0]), line -> keys(line[1])));

  private Causes() {}

  /** In the order in which they are said. */
  static List<Key> of(Key key) {
    return OF.getOrDefault(key, List.of());
  }

  private static List<Key> keys(String paths) {
    return Stream.of(paths.split(" ")).map(Key::of).toList();
  }
}
