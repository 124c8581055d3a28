/**
 * The networks as their definitions say: {@link io.grokgrid.net.Transformer}, the class to read
 * first, and {@link io.grokgrid.net.EmbeddingMlp}; a {@link io.grokgrid.net.Model} says what they
 * are made of. Depends on {@code base}, {@code math}, {@code task}, {@code tensor}.
 *
 * <p>Shapes are written behind the line that makes them, with these letters: B batch, T position, D
 * width of the residual stream, H heads, K head width, F MLP width, V tokens, C classes, A
 * positions that are asked for an answer, S positions that ask in a layer, n elements that operands
 * are of; in package {@code pair} also R rows of tokens and positions.
 */
@NullMarked
package io.grokgrid.net;

import org.jspecify.annotations.NullMarked;
