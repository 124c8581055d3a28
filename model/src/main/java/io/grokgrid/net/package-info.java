/**
 * The networks. {@link io.grokgrid.net.Transformer} is the textbook definition and the class to
 * read first. Depends on {@code base}, {@code math}, {@code task}.
 *
 * <p>Shapes are written behind the line that makes them, with these letters: B batch, T position, D
 * width of the residual stream, H heads, K head width, F MLP width, V tokens, C classes.
 */
@NullMarked
package io.grokgrid.net;

import org.jspecify.annotations.NullMarked;
