package io.grokgrid.task;

import io.grokgrid.base.Kind;

/** {@code run.task.kind}. */
public enum TaskKind implements Kind {
  MODULAR(ModularTask.class),
  PERMUTATION(PermutationTask.class),
  SEQUENCE(SequenceTask.class);

  private final Class<? extends Task> type;

  TaskKind(Class<? extends Task> type) {
    this.type = type;
  }

  @Override
  public Class<? extends Task> type() {
    return type;
  }
}
