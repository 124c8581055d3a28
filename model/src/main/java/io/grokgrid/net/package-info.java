/**
 * The networks. {@link io.grokgrid.net.Transformer} and {@link io.grokgrid.net.EmbeddingMlp} are
 * the definitions, the first the class to read first; {@link io.grokgrid.net.PairTables}, {@link
 * io.grokgrid.net.CoreMlpNetwork} and {@link io.grokgrid.net.PairKernel} are the fast form of those
 * that have one layer; {@link io.grokgrid.net.Safetensors} is how weights leave and come. Depends
 * on {@code base}, {@code math}, {@code task}.
 *
 * <p>Shapes are written behind the line that makes them, with these letters: B batch, T position, D
 * width of the residual stream, H heads, K head width, F MLP width, V tokens, C classes, A
 * positions that are asked for an answer, S positions that ask in a layer, n elements that operands
 * are of; for pair tables also R rows of tokens and positions.
 */
@NullMarked
package io.grokgrid.net;

import org.jspecify.annotations.NullMarked;
