package io.grokgrid.keys;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.grokgrid.base.Kind;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.net.Model;
import io.grokgrid.net.ModelKind;
import io.grokgrid.run.MemoryNeed;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.task.Task;
import io.grokgrid.task.TaskKind;
import io.grokgrid.train.RecordSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes runs from the values of their keys: the way back from {@link Key#value}. */
public final class RunSpecs {
  private static final Map<Kind, Section<? extends Task>> TASKS =
      sections(TaskKind.values(), kind -> Section.of(kind.type(), "task", kind));

  private static final Map<Kind, Section<? extends Model>> MODELS =
      sections(ModelKind.values(), kind -> Section.of(kind.type(), "model", kind));

  private static final Section<TrainingSpec> TRAINING =
      Section.of(TrainingSpec.class, "training", null);

  private static final Section<RecordSpec> RECORD = Section.of(RecordSpec.class, "record", null);
  private static final Section<SweepSpec> SWEEP = Section.of(SweepSpec.class, "sweep", null);
  private static final Section<LlcSpec> LLC = Section.of(LlcSpec.class, "llc", null);

  private static final Key TASK_KIND = Key.of("task.kind");
  private static final Key MODEL_KIND = Key.of("model.kind");
  private static final Key D_MODEL = Key.of("model.d_model");
  private static final Key HEADS = Key.of("model.heads");
  private static final Key D_HEAD = Key.of("model.d_head");

  /** Those that say how large a run is. */
  private static final List<Key> SIZES =
      Key.all(
          "model.d_mlp model.d_model model.heads model.d_head model.layers model.positions"
              + " model.hidden model.hidden_layers task.vocabulary task.modulus task.length"
              + " task.ood_length training.batch_size");

  private RunSpecs() {}

  private static <K extends Kind, S> Map<Kind, S> sections(K[] kinds, Function<K, S> section) {
    return Arrays.stream(kinds).collect(Collectors.toUnmodifiableMap(kind -> kind, section));
  }

  /**
   * The run with these values.
   *
   * @param valuesByPath by {@link Key#path}, as {@link Key#value} gives them, or {@code auto} where
   *     that is the default; a key that is missing has its default
   * @throws IllegalArgumentException if there is no such key, or a value is of another type
   * @throws Refused if a value breaks a rule; holds all that do
   */
  public static RunSpec of(Map<String, ?> valuesByPath) {
    KeyValues values = Defaults.VALUES;
    for (Map.Entry<String, ?> each : valuesByPath.entrySet()) {
      Key key = Key.of(each.getKey());
      values = values.with(key, checked(key, each.getValue()));
    }
    return make(values);
  }

  /**
   * As above, from a value for each key.
   *
   * @throws Refused as above, and if no machine can train it
   */
  public static RunSpec of(KeyValues given) {
    RunSpec run = make(given);
    Optional<String> excess = MemoryNeed.excess(run);
    if (excess.isPresent()) {
      Key largest = largest(given, run);
      String value = given.get(largest).toString();
      throw new Refused(List.of(new Problem(largest.name(), excess.get(), value)));
    }
    return run;
  }

  /**
   * The sweep with these values.
   *
   * @throws Refused if a value breaks a rule; holds all that do
   */
  public static SweepSpec sweep(KeyValues values) {
    return require(SWEEP, values);
  }

  /** The settings of {@code llc} with these values; refused as above. */
  public static LlcSpec llc(KeyValues values) {
    return require(LLC, values);
  }

  private static <R> R require(Section<R> section, KeyValues values) {
    List<Problem> problems = new ArrayList<>();
    R made = section.make(values, problems);
    if (made == null) {
      throw new Refused(problems);
    }
    return made;
  }

  /** Of the keys that say how large a run is, the one that is the most above its default. */
  private static Key largest(KeyValues given, RunSpec run) {
    return SIZES.stream()
        .filter(key -> given.get(key) instanceof Integer && key.value(run) != null)
        .max(Comparator.comparingDouble(key -> excess(given, key)))
        .orElseThrow();
  }

  private static double excess(KeyValues given, Key key) {
    double standard =
        Defaults.VALUES.get(key) instanceof Number number ? Math.max(1, number.doubleValue()) : 64;
    return given.number(key) / standard;
  }

  private static RunSpec make(KeyValues given) {
    List<Problem> problems = new ArrayList<>();
    TaskKind taskKind = TaskKind.valueOf(Key.constant(given.get(TASK_KIND)));
    ModelKind modelKind = ModelKind.valueOf(Key.constant(given.get(MODEL_KIND)));
    boolean headsDivide = !D_HEAD.appliesTo(taskKind, modelKind) || headsDivide(given, problems);
    KeyValues values = headsDivide ? given : given.with(D_HEAD, standInWidth(given));
    Task task = requireNonNull(TASKS.get(taskKind)).make(values, problems);
    Model model = requireNonNull(MODELS.get(modelKind)).make(values, problems);
    TrainingSpec training = TRAINING.make(values, problems);
    RecordSpec record = RECORD.make(values, problems);
    if (!headsDivide) {
      problems.removeIf(problem -> problem.field().equals(D_HEAD.name()));
    }
    if (task != null && model != null && training != null && record != null && headsDivide) {
      return new RunSpec(task, model, training, record);
    }
    if (task != null) {
      checkTogether(task, model, record, values, problems);
    }
    throw new Refused(problems);
  }

  /** Whether there is a head width, after noting which of the keys that it comes from is wrong. */
  private static boolean headsDivide(KeyValues given, List<Problem> problems) {
    boolean divide = !given.isAuto(D_HEAD) || !given.derived(D_HEAD).equals(0);
    if (!divide && given.number(HEADS) >= 1 && given.number(D_MODEL) >= 1) {
      String rule = "must divide d_model " + given.number(D_MODEL);
      problems.add(new Problem("heads", rule, "" + given.number(HEADS)));
    }
    return divide;
  }

  /** In the place of a width that could not be derived, so that the rest can be checked. */
  private static int standInWidth(KeyValues given) {
    return Math.max(1, given.number(D_MODEL) / Math.max(1, given.number(HEADS)));
  }

  /** Rules between the parts, where defaults stand in for what was refused already. */
  private static void checkTogether(
      Task task,
      @Nullable Model model,
      @Nullable RecordSpec record,
      KeyValues values,
      List<Problem> problems) {
    RunSpec standard = make(Defaults.VALUES);
    TrainingSpec training = TRAINING.make(repaired(values, problems), new ArrayList<>());
    try {
      RunSpec unused =
          new RunSpec(
              task,
              requireNonNullElse(model, standard.model()),
              requireNonNullElse(training, standard.training()),
              requireNonNullElse(record, standard.record()));
    } catch (Refused e) {
      e.problems().stream()
          .filter(problem -> model != null || !problem.field().equals("positions"))
          .forEach(problems::add);
    }
  }

  /** With the defaults of training for what was refused of it. */
  private static KeyValues repaired(KeyValues values, List<Problem> problems) {
    KeyValues repaired = values;
    for (Section.Component component : TRAINING.components()) {
      Key key = component.key();
      if (problems.stream().anyMatch(problem -> problem.field().equals(key.name()))) {
        repaired = repaired.with(key, Defaults.VALUES.get(key));
      }
    }
    return repaired;
  }

  /** Refuses the name of no constant. */
  private static Object checked(Key key, Object value) {
    if (!key.constants().isEmpty() && !key.constants().contains(value)) {
      throw new IllegalArgumentException(key.path() + " has no constant " + value);
    }
    return value;
  }
}
