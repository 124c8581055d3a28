/**
 * A few operations on matrices, declared once and carried out either by the engine or on plain
 * arrays, with their gradients. {@link io.grokgrid.algebra.Algebra} is the class to read first.
 * Depends on {@code math}, {@code tensor}, {@code net}.
 */
@NullMarked
package io.grokgrid.algebra;

import org.jspecify.annotations.NullMarked;
