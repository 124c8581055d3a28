/**
 * What is learned: {@link io.grokgrid.task.ModularTask} says which table, {@link
 * io.grokgrid.task.Dataset} holds its examples, split into training and test. Depends on {@code
 * base}.
 */
@NullMarked
package io.grokgrid.task;

import org.jspecify.annotations.NullMarked;
