package io.grokgrid.pair;

/**
 * The tables of a step in one flat array, as {@link PairGeometry} lays them out, and the way back
 * for their gradients.
 */
sealed interface CoreTables permits ArrayTables, TapeTables {
  /**
   * Says for which pairs the next tables are.
   *
   * @return these, with operands numbered as the tables will have them
   */
  Pairs restrict(Pairs pairs);

  /**
   * Makes the tables.
   *
   * @param parameters flat
   * @param differentiated whether {@link #makeGradients} will follow
   */
  void make(float[] parameters, boolean differentiated);

  /**
   * From the tables' gradients to those of the parameters.
   *
   * @param gradient flat; biases keep what they have
   */
  void makeGradients(float[] gradient);

  /** The products with the table that is one, for chunks of so many pairs at most. */
  PairProducts products(int chunk);
}
