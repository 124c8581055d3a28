package io.grokgrid.keys;

import static io.grokgrid.keys.Key.text;

import io.grokgrid.run.RunSpec;
import io.grokgrid.run.SweepSpec.DeviceChoice;
import io.grokgrid.step.TrainingSpec.GradientFilterKind;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.TaskKind;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What {@code auto} stands for: a function of the values of other keys. */
final class Auto {
  private static final Key SEED = Key.of("training.seed");
  private static final Key TASK_KIND = Key.of("task.kind");
  private static final Key RULE = Key.of("task.rule");
  private static final Key LENGTH = Key.of("task.length");
  private static final Key OOD_LENGTH = Key.of("task.ood_length");
  private static final Key EQUALS_TOKEN = Key.of("model.equals_token");
  private static final Key D_MODEL = Key.of("model.d_model");
  private static final Key HEADS = Key.of("model.heads");
  private static final Key GRADIENT_FILTER = Key.of("training.gradient_filter");
  private static final Key DEVICE = Key.of("sweep.device");

  private static final int AT_ONCE = 8;

  /** Values of the keys that say something about a run. */
  interface Lookup extends Function<Key, Object> {
    default int number(Key key) {
      return ((Number) apply(key)).intValue();
    }

    default boolean is(Key key, Enum<?> constant) {
      return apply(key).equals(text(constant));
    }
  }

  private static final Map<Key, Function<Lookup, Object>> VALUES =
      Map.of(
          Key.of("task.split_seed"),
          of -> of.apply(SEED),
          Key.of("task.vocabulary"),
          of -> of.is(RULE, SequenceRule.MODULAR_SUM) ? 20 : 50,
          OOD_LENGTH,
          of -> of.is(RULE, SequenceRule.K_BACK) ? 128 : 256,
          Key.of("model.positions"),
          Auto::positions,
          Key.of("model.d_head"),
          Auto::headWidth,
          Key.of("training.filter_gain"),
          of -> of.is(GRADIENT_FILTER, GradientFilterKind.MA) ? 5.0 : 2.0,
          Key.of("sweep.gpus"),
          of -> of.is(DEVICE, DeviceChoice.GPU) ? 1 : 0,
          Key.of("sweep.runs_at_once"),
          of -> of.is(DEVICE, DeviceChoice.CPU) ? 1 : AT_ONCE);

  private Auto() {}

  /** Whether the value of {@code key} can be worked out from other keys. */
  static boolean isOf(Key key) {
    return VALUES.containsKey(key);
  }

  /** What {@code auto} is for {@code key} beside such values; 0, which no run has, for none. */
  static Object value(Key key, Lookup of) {
    return Objects.requireNonNull(VALUES.get(key), key::path).apply(of);
  }

  /** The default of {@code key}, worked out for this run where it is {@code auto}. */
  static Object standard(Key key, RunSpec run) {
    return key.standard(other -> Objects.requireNonNull(other.value(run), other::path));
  }

  /** The longest input. */
  private static int positions(Lookup of) {
    int pair = 2;
    if (of.is(TASK_KIND, TaskKind.SEQUENCE)) {
      return Math.max(pair + 1, Math.max(of.number(LENGTH), of.number(OOD_LENGTH)));
    }
    return of.apply(EQUALS_TOKEN).equals(true) ? pair + 1 : pair;
  }

  private static int headWidth(Lookup of) {
    int dModel = of.number(D_MODEL);
    int heads = of.number(HEADS);
    return heads >= 1 && dModel >= 1 && dModel % heads == 0 ? dModel / heads : 0;
  }
}
