/**
 * How a network is trained: {@link io.grokgrid.train.Trainer} is the loop, and the class to read
 * first. Depends on {@code base}, {@code tensor}, {@code net}, {@code step}.
 */
@NullMarked
package io.grokgrid.train;

import org.jspecify.annotations.NullMarked;
