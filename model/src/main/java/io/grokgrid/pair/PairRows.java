package io.grokgrid.pair;

/**
 * The rows that {@link PairKernel} mixes for a pair, made of the tables, and the adjoint of that;
 * where they lie is said by {@link PairGeometry}.
 */
abstract sealed class PairRows permits TransformerRows, MlpRows {
  final PairGeometry geometry;
  final float[] rows;
  final float[] gradients; // likewise, of the rows

  PairRows(PairGeometry geometry) {
    this.geometry = geometry;
    rows = new float[geometry.rowsSize()];
    gradients = new float[rows.length];
  }

  /**
   * Makes the rows.
   *
   * @param tables flat
   * @param parameters flat, for the biases
   */
  abstract void make(float[] tables, float[] parameters);

  /**
   * The adjoint of {@link #make}: from the rows' gradients to those of the tables, of which the
   * product's are there already.
   *
   * @param tables receives the tables' gradient
   * @return the gradient of what all pairs' bases have in common, from {@link
   *     io.grokgrid.math.Vectors#LEAD} on; until the next call
   */
  abstract float[] makeGradients(float[] tables);

  /**
   * The adjoint of the biases' part.
   *
   * @param base as {@link #makeGradients} gave it
   * @param gradient flat: receives the biases' gradients, and W_U's has b_out's part added
   */
  abstract void makeBiasGradients(float[] parameters, float[] base, float[] gradient);
}
