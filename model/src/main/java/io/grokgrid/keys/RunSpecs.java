package io.grokgrid.keys;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.net.Model;
import io.grokgrid.net.ModelKind;
import io.grokgrid.run.MemoryNeed;
import io.grokgrid.run.RunSpec;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.Task;
import io.grokgrid.task.TaskKind;
import io.grokgrid.train.RecordSpec;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes runs from the values of their keys: the way back from {@link Key#value}. */
public final class RunSpecs {
  private static final int OPERANDS = 2;

  /**
   * A record that a section of {@code run} can be.
   *
   * @param components in their order
   */
  private record Section<R>(String kind, List<Component> components, Constructor<R> constructor) {
    static <R> Section<R> of(Class<R> type, String section, String kind) {
      List<Component> components =
          Arrays.stream(type.getRecordComponents())
              .map(part -> Component.of(part, section))
              .toList();
      Class<?>[] types = components.stream().map(Component::type).toArray(Class<?>[]::new);
      try {
        return new Section<>(kind, components, type.getDeclaredConstructor(types));
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException("every record has this constructor", e);
      }
    }
  }

  /**
   * A component of such a record.
   *
   * @param key where its value stands in {@link Key#ALL}
   * @param constants of an enum, in lower case
   */
  private record Component(int key, Class<?> type, List<String> constants) {
    static Component of(RecordComponent part, String section) {
      int key = index(section + "." + Key.snakeCase(part.getName()));
      return new Component(key, part.getType(), Key.constantsOf(part.getType()));
    }
  }

  private static final Map<TaskKind, Section<? extends Task>> TASKS =
      Arrays.stream(TaskKind.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  kind -> kind,
                  kind -> Section.of(kind.type(), "task", "task.kind = " + Key.text(kind))));

  private static final Map<ModelKind, Section<? extends Model>> MODELS =
      Arrays.stream(ModelKind.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  kind -> kind,
                  kind -> Section.of(kind.type(), "model", "model.kind = " + Key.text(kind))));

  private static final Section<TrainingSpec> TRAINING =
      Section.of(TrainingSpec.class, "training", "");
  private static final Section<RecordSpec> RECORD = Section.of(RecordSpec.class, "record", "");

  private static final int SEED = index("training.seed");
  private static final int SPLIT_SEED = index("task.split_seed");
  private static final int D_MODEL = index("model.d_model");
  private static final int HEADS = index("model.heads");
  private static final int D_HEAD = index("model.d_head");
  private static final int EQUALS_TOKEN = index("model.equals_token");
  private static final int POSITIONS = index("model.positions");
  private static final int TASK_KIND = index("task.kind");
  private static final int MODEL_KIND = index("model.kind");
  private static final int RULE = index("task.rule");
  private static final int VOCABULARY = index("task.vocabulary");
  private static final int LENGTH = index("task.length");
  private static final int OOD_LENGTH = index("task.ood_length");

  private static final List<Integer> SIZES =
      Stream.of(
              "model.d_mlp",
              "model.d_model",
              "model.heads",
              "model.d_head",
              "model.layers",
              "model.positions",
              "model.hidden",
              "model.hidden_layers",
              "task.vocabulary",
              "task.modulus",
              "task.length",
              "task.ood_length",
              "training.batch_size")
          .map(RunSpecs::index)
          .toList();

  private RunSpecs() {}

  /**
   * The run with these values.
   *
   * @param valuesByPath by {@link Key#path}, as {@link Key#value} gives them, or {@code auto} where
   *     that is the default; a key that is missing has its default
   * @throws IllegalArgumentException if there is no such key, or a value is of another type
   * @throws Refused if a value breaks a rule; holds all that do
   */
  public static RunSpec of(Map<String, ?> valuesByPath) {
    Object[] values = Defaults.run().toArray();
    valuesByPath.forEach(
        (path, value) -> {
          int key = index(path);
          values[key] = checked(Key.ALL.get(key), value);
        });
    return make(values);
  }

  /**
   * As above, from a value for each of {@link Key#ALL}, in that order.
   *
   * @throws Refused as above, and if no machine can train it
   */
  public static RunSpec of(Object[] given) {
    RunSpec run = make(given);
    Optional<String> excess = MemoryNeed.excess(run);
    if (excess.isPresent()) {
      int largest = largest(given, run);
      String name = Key.ALL.get(largest).name();
      throw new Refused(List.of(new Problem(name, excess.get(), given[largest].toString())));
    }
    return run;
  }

  /** Of the keys that say how large a run is, the one that is the most above its default. */
  private static int largest(Object[] given, RunSpec run) {
    return SIZES.stream()
        .filter(key -> given[key] instanceof Integer && Key.ALL.get(key).value(run) != null)
        .max(Comparator.comparingDouble(key -> excess(given, key)))
        .orElseThrow();
  }

  private static double excess(Object[] given, int key) {
    double standard =
        Defaults.run().get(key) instanceof Number number ? Math.max(1, number.doubleValue()) : 64;
    return ((Number) given[key]).doubleValue() / standard;
  }

  private static RunSpec make(Object[] given) {
    Object[] values = given.clone();
    List<Problem> problems = new ArrayList<>();
    TaskKind taskKind = TaskKind.valueOf(constant(values[TASK_KIND]));
    ModelKind modelKind = ModelKind.valueOf(constant(values[MODEL_KIND]));
    deriveTask(values);
    derivePositions(values, taskKind);
    boolean headsDivide = modelKind != ModelKind.TRANSFORMER || deriveHeadWidth(values, problems);
    Task task = make(section(TASKS, taskKind), values, problems);
    Model model = make(section(MODELS, modelKind), values, problems);
    TrainingSpec training = make(TRAINING, values, problems);
    RecordSpec record = make(RECORD, values, problems);
    if (!headsDivide) {
      // The width that stands in for the one that could not be derived is nobody's value.
      problems.removeIf(problem -> problem.field().equals("d_head"));
    }
    if (task != null && model != null && training != null && record != null && headsDivide) {
      return new RunSpec(task, model, training, record);
    }
    if (task != null) {
      checkTogether(task, model, values, problems);
    }
    throw new Refused(problems);
  }

  private static <K, S> S section(Map<K, S> sections, K kind) {
    return Objects.requireNonNull(sections.get(kind));
  }

  /** Rules between the parts, where defaults stand in for what was refused already. */
  private static void checkTogether(
      Task task, @Nullable Model model, Object[] values, List<Problem> problems) {
    Object[] repaired = values.clone();
    for (Component part : TRAINING.components()) {
      String name = Key.ALL.get(part.key()).name();
      if (problems.stream().anyMatch(problem -> problem.field().equals(name))) {
        repaired[part.key()] = Defaults.run().get(part.key());
      }
    }
    RunSpec standard = of(Map.of());
    TrainingSpec training = make(TRAINING, repaired, new ArrayList<>());
    try {
      RunSpec unused =
          new RunSpec(
              task,
              model == null ? standard.model() : model,
              training == null ? standard.training() : training,
              standard.record());
    } catch (Refused e) {
      e.problems().stream()
          .filter(problem -> model != null || !problem.field().equals("positions"))
          .forEach(problems::add);
    }
  }

  private static void deriveTask(Object[] values) {
    if (isAuto(values[SPLIT_SEED])) {
      values[SPLIT_SEED] = values[SEED];
    }
    SequenceRule rule = SequenceRule.valueOf(constant(values[RULE]));
    if (isAuto(values[VOCABULARY])) {
      values[VOCABULARY] = vocabulary(rule);
    }
    if (isAuto(values[OOD_LENGTH])) {
      values[OOD_LENGTH] = oodLength(rule);
    }
  }

  /** V where it is {@code auto}: what the public code has. */
  static int vocabulary(SequenceRule rule) {
    return rule == SequenceRule.MODULAR_SUM ? 20 : 50;
  }

  /** {@code ood_length} where it is {@code auto}: what the public code has. */
  static int oodLength(SequenceRule rule) {
    return rule == SequenceRule.K_BACK ? 128 : 256;
  }

  private static void derivePositions(Object[] values, TaskKind kind) {
    if (isAuto(values[POSITIONS])) {
      int pair = values[EQUALS_TOKEN].equals(true) ? OPERANDS + 1 : OPERANDS;
      int length = ((Number) values[LENGTH]).intValue();
      int oodLength = ((Number) values[OOD_LENGTH]).intValue();
      values[POSITIONS] = kind == TaskKind.SEQUENCE ? positions(length, oodLength) : pair;
    }
  }

  /** {@code positions} of sequences where it is {@code auto}. */
  static int positions(int length, int oodLength) {
    return Math.max(OPERANDS + 1, Math.max(length, oodLength));
  }

  /** Says whether a head width could be derived, if it has to be. */
  private static boolean deriveHeadWidth(Object[] values, List<Problem> problems) {
    if (!isAuto(values[D_HEAD])) {
      return true;
    }
    int dModel = ((Number) values[D_MODEL]).intValue();
    int heads = ((Number) values[HEADS]).intValue();
    if (heads < 1 || dModel < 1) {
      values[D_HEAD] = 2;
      return false;
    }
    values[D_HEAD] = Math.max(1, dModel / heads);
    if (dModel % heads != 0) {
      problems.add(new Problem("heads", "must divide d_model " + dModel, "" + heads));
    }
    return dModel % heads == 0;
  }

  private static boolean isAuto(Object value) {
    return value.equals(Defaults.AUTO);
  }

  /** Null after adding to problems what the record refuses. */
  private static <R> @Nullable R make(Section<R> section, Object[] values, List<Problem> problems) {
    Object[] arguments = new Object[section.components().size()];
    int known = problems.size();
    for (int i = 0; i < arguments.length; i++) {
      Component part = section.components().get(i);
      Object value = values[part.key()];
      if (!part.constants().isEmpty() && !part.constants().contains(value)) {
        String rule =
            "must be set to one of %s for %s"
                .formatted(String.join(", ", part.constants()), section.kind());
        problems.add(new Problem(Key.ALL.get(part.key()).name(), rule, value.toString()));
      } else {
        arguments[i] = part.type().isEnum() ? enumConstant(part.type(), value) : value;
      }
    }
    if (problems.size() > known) {
      return null;
    }
    try {
      return section.constructor().newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Refused refused) {
        problems.addAll(refused.problems());
        return null;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("records of this project are public", e);
    }
  }

  /** Refuses the name of no constant. */
  private static Object checked(Key key, Object value) {
    if (!key.constants().isEmpty() && !key.constants().contains(value)) {
      throw new IllegalArgumentException(key.path() + " has no constant " + value);
    }
    return value;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object enumConstant(Class<?> type, Object value) {
    return Enum.valueOf((Class) type, constant(value));
  }

  private static String constant(Object value) {
    return value.toString().toUpperCase(Locale.ROOT);
  }

  /** The place of a key in {@link Key#ALL}. */
  public static int index(String path) {
    for (int i = 0; i < Key.ALL.size(); i++) {
      if (Key.ALL.get(i).path().equals(path)) {
        return i;
      }
    }
    throw new IllegalArgumentException("there is no key " + path);
  }
}
