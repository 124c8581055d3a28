package io.grokgrid.experiment;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.net.TransformerModel;
import io.grokgrid.task.ModularTask;
import io.grokgrid.train.RecordSpec;
import io.grokgrid.train.TrainingSpec;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes runs from the values of their keys: the way back from {@link Key#value}. */
public final class RunSpecs {
  private static final int OPERANDS = 2;

  /** The record that a section of {@code run} is, and where its values stand in {@link Key#ALL}. */
  private record Section(int first, int end, Constructor<?> constructor) {
    static Section of(Class<?> type, String name) {
      List<String> sections = Key.ALL.stream().map(Key::section).toList();
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      int end = sections.lastIndexOf(name) + 1;
      try {
        return new Section(end - types.length, end, type.getDeclaredConstructor(types));
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException("every record has this constructor", e);
      }
    }
  }

  private static final Section TASK = Section.of(ModularTask.class, "task");
  private static final Section MODEL = Section.of(TransformerModel.class, "model");
  private static final Section TRAINING = Section.of(TrainingSpec.class, "training");
  private static final Section RECORD = Section.of(RecordSpec.class, "record");

  private static final int SEED = index("training.seed");
  private static final int SPLIT_SEED = index("task.split_seed");
  private static final int D_MODEL = index("model.d_model");
  private static final int HEADS = index("model.heads");
  private static final int D_HEAD = index("model.d_head");
  private static final int EQUALS_TOKEN = index("model.equals_token");
  private static final int POSITIONS = index("model.positions");

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
    return of(values);
  }

  /**
   * As above, from a value for each of {@link Key#ALL}, in that order.
   *
   * @throws Refused as above
   */
  static RunSpec of(Object[] given) {
    Object[] values = given.clone();
    List<Problem> problems = new ArrayList<>();
    boolean headsDivide = derive(values, problems);
    ModularTask task = make(ModularTask.class, TASK, values, problems);
    TransformerModel model = make(TransformerModel.class, MODEL, values, problems);
    TrainingSpec training = make(TrainingSpec.class, TRAINING, values, problems);
    RecordSpec record = make(RecordSpec.class, RECORD, values, problems);
    if (!headsDivide) {
      // The width that stands in for the one that could not be derived is nobody's value.
      problems.removeIf(problem -> problem.field().equals("d_head"));
    }
    if (task != null && model != null && training != null && record != null && headsDivide) {
      return new RunSpec(task, model, training, record);
    }
    if (task != null) {
      checkTogether(task, values, problems);
    }
    throw new Refused(problems);
  }

  /** Rules between task and training, where defaults stand in for what was refused already. */
  private static void checkTogether(ModularTask task, Object[] values, List<Problem> problems) {
    Object[] repaired = values.clone();
    for (int i = TRAINING.first(); i < TRAINING.end(); i++) {
      String name = Key.ALL.get(i).name();
      if (problems.stream().anyMatch(problem -> problem.field().equals(name))) {
        repaired[i] = Defaults.run().get(i);
      }
    }
    RunSpec standard = of(Map.of());
    TrainingSpec training = make(TrainingSpec.class, TRAINING, repaired, new ArrayList<>());
    try {
      RunSpec unused =
          new RunSpec(
              task,
              standard.model(),
              training == null ? standard.training() : training,
              standard.record());
    } catch (Refused e) {
      problems.addAll(e.problems());
    }
  }

  /** Puts values in place of {@code auto}; says whether a head width could be derived. */
  private static boolean derive(Object[] values, List<Problem> problems) {
    if (isAuto(values[SPLIT_SEED])) {
      values[SPLIT_SEED] = values[SEED];
    }
    if (isAuto(values[POSITIONS])) {
      values[POSITIONS] = values[EQUALS_TOKEN].equals(true) ? OPERANDS + 1 : OPERANDS;
    }
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
  private static <R> @Nullable R make(
      Class<R> type, Section section, Object[] values, List<Problem> problems) {
    Object[] arguments = new Object[section.end() - section.first()];
    for (int i = 0; i < arguments.length; i++) {
      int key = section.first() + i;
      arguments[i] = argument(Key.ALL.get(key), values[key]);
    }
    try {
      return type.cast(section.constructor().newInstance(arguments));
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

  /** Refuses the name of no constant, also where no record holds it, as of the kinds. */
  private static Object checked(Key key, Object value) {
    argument(key, value);
    return value;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object argument(Key key, Object value) {
    if (key.type().isEnum()) {
      return Enum.valueOf((Class) key.type(), value.toString().toUpperCase(Locale.ROOT));
    }
    return value;
  }

  private static int index(String path) {
    for (int i = 0; i < Key.ALL.size(); i++) {
      if (Key.ALL.get(i).path().equals(path)) {
        return i;
      }
    }
    throw new IllegalArgumentException("there is no key " + path);
  }
}
