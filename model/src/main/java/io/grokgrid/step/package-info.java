/**
 * One step of training: the loss, its gradient and the evaluation of one network on one task, in
 * every form. {@link io.grokgrid.step.TrainingStep} is the class to read first. Depends on {@code
 * base}, {@code task}, {@code tensor}, {@code net}, {@code pair}, {@code layers}.
 */
@NullMarked
package io.grokgrid.step;

import org.jspecify.annotations.NullMarked;
