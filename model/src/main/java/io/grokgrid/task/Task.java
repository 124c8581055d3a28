package io.grokgrid.task;

import java.io.Serializable;

/** What is learned. */
public sealed interface Task extends Serializable permits TableTask, SequenceTask {
  /** Which of the kinds this is. */
  TaskKind kind();
}
