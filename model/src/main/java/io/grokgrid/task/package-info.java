/**
 * What is learned: {@link io.grokgrid.task.Task}. Of a table, {@link io.grokgrid.task.Examples}
 * holds the examples, split into training and test; a {@link io.grokgrid.task.SequenceTask} has
 * fresh ones at every step. Depends on {@code base}.
 */
@NullMarked
package io.grokgrid.task;

import org.jspecify.annotations.NullMarked;
