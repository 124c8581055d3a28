/**
 * The fast form of transformers of any depth: a step as a fixed list of operations, forwards and
 * backwards, in memory that is used again. {@link io.grokgrid.layers.LayeredTransformer} is the
 * class to read first, {@link io.grokgrid.layers.Layer} has the order of a layer. Shapes are
 * written as in {@code net}; D, F, C and each head's K are padded to whole {@link
 * io.grokgrid.math.Vectors#BLOCK}s. Depends on {@code math}, {@code tensor}, {@code net}.
 */
@NullMarked
package io.grokgrid.layers;

import org.jspecify.annotations.NullMarked;
