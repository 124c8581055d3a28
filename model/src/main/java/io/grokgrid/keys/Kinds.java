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

  /** Whether a condition on one of both holds. */
  boolean meets(Condition condition) {
    return condition.accepts(Key.text(condition.path().equals("task.kind") ? task : model));
  }

  /** What decides whether {@code key} says anything. */
  public String text(Key key) {
    String ofTask = "task.kind = " + Key.text(task);
    return key.section().equals("task") ? ofTask : ofTask + " and model.kind = " + Key.text(model);
  }
}
