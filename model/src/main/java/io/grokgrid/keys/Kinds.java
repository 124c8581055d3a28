package io.grokgrid.keys;

import io.grokgrid.net.ModelKind;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.TaskKind;
import java.util.Arrays;
import java.util.List;

/** What a run is of. */
public record Kinds(TaskKind task, ModelKind model) {
  static final List<Kinds> ALL =
      Arrays.stream(TaskKind.values())
          .flatMap(task -> Arrays.stream(ModelKind.values()).map(model -> new Kinds(task, model)))
          .toList();

  public static Kinds of(RunSpec run) {
    return new Kinds(run.task().kind(), run.model().kind());
  }

  /** Whether conditions on {@code task.kind} and {@code model.kind} hold. */
  boolean meet(List<Condition> conditions) {
    return conditions.stream().allMatch(this::meet);
  }

  private boolean meet(Condition condition) {
    Enum<?> kind =
        switch (condition.path()) {
          case "task.kind" -> task;
          case "model.kind" -> model;
          default -> throw new IllegalStateException(condition.path() + " is no kind");
        };
    return Key.text(kind).equals(condition.value()) == condition.isValue();
  }

  /** What decides whether {@code key} says anything. */
  public String text(Key key) {
    String ofTask = "task.kind = " + Key.text(task);
    return key.section().equals("task") ? ofTask : ofTask + " and model.kind = " + Key.text(model);
  }
}
