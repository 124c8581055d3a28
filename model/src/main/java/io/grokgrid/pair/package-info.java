/**
 * The fast form of networks of one layer over two operands: everything before the non-linearity is
 * a sum of rows that depend on one token each. {@link io.grokgrid.pair.PairNetwork} is the class to
 * read first, {@link io.grokgrid.pair.TransformerTables} has the idea, {@link
 * io.grokgrid.pair.CorePairNetwork} the order of a step. Tables are declared in an {@link
 * io.grokgrid.algebra.Algebra}, the engine's arrays or a {@link io.grokgrid.algebra.Tape}. Depends
 * on {@code math}, {@code tensor}, {@code net}, {@code algebra}.
 */
@NullMarked
package io.grokgrid.pair;

import org.jspecify.annotations.NullMarked;
