package io.grokgrid.pair;

import ai.djl.ndarray.NDManager;
import io.grokgrid.algebra.Algebra;
import io.grokgrid.algebra.Leaf;
import io.grokgrid.net.AttentionMean;
import java.util.List;

/** What depends on one token each, once a step, declared in an {@link Algebra}. */
sealed interface PairTables permits TransformerTables, MlpTables {
  /**
   * A table.
   *
   * @param at where it begins in the flat tables
   * @param stride from a row to the next there
   * @param <T> of the algebra
   */
  record Table<T>(T made, int at, int stride) {}

  /**
   * The tables of one set of parameters.
   *
   * @param all of them
   * @param product one of them: (C, F), from hidden units to classes, transposed
   * @param <T> of the algebra
   */
  record Made<T>(List<Table<T>> all, Table<T> product) {}

  PairGeometry geometry();

  /** The parameters that the tables are made of, padded, and constants. */
  List<Leaf> leaves();

  /**
   * The leaf of first operands and that of second ones, a row each, if every operand's row is made
   * of its own alone; else none.
   */
  List<String> operands();

  /** The tables of these {@link #leaves}. */
  <T> Made<T> of(Algebra<T> algebra);

  /**
   * Every head's mean scores and weights over {@code pairs}, by query, head and key, for every key
   * that a query sees; none without attention.
   *
   * @param most pairs at a time: bounds the memory
   */
  List<AttentionMean> attention(
      NDManager manager, float[] parameters, Pairs pairs, int most, int step);
}
