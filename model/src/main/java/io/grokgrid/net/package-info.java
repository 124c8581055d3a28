/**
 * The networks. {@link io.grokgrid.net.Transformer} is the textbook definition and the class to
 * read first; {@link io.grokgrid.net.PairTables} and {@link io.grokgrid.net.PairKernel} are the
 * fast form of those that have one layer. Depends on {@code base}, {@code math}, {@code task}.
 *
 * <p>Shapes are written behind the line that makes them, with these letters: B batch, T position, D
 * width of the residual stream, H heads, K head width, F MLP width, V tokens, C classes; for pair
 * tables also R rows of tokens and positions.
 */
@NullMarked
package io.grokgrid.net;

import org.jspecify.annotations.NullMarked;
