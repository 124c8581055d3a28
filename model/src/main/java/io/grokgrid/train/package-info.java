/**
 * How a network is trained: {@link io.grokgrid.train.Trainer} is the loop, and the class to read
 * first. Depends on {@code base}, {@code math}, {@code task}, {@code net}.
 */
@NullMarked
package io.grokgrid.train;

import org.jspecify.annotations.NullMarked;
