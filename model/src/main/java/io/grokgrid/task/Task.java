package io.grokgrid.task;

import java.io.Serializable;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is learned. */
public sealed interface Task extends Serializable permits TableTask, SequenceTask {
  /** Which of the kinds this is. */
  TaskKind kind();

  /** The answer of the one function that this task is for. */
  <R extends @Nullable Object> R match(
      Function<TableTask, R> ofTable, Function<SequenceTask, R> ofSequences);

  /** Whether inputs are drawn anew for every update, so that none is trained on twice. */
  default boolean drawsAnew() {
    return match(table -> false, sequences -> true);
  }

  /** This task, if it is a table's. */
  default Optional<TableTask> asTable() {
    return match(Optional::of, none -> Optional.empty());
  }
}
