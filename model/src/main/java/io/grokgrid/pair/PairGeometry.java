package io.grokgrid.pair;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.TransformerSpec;

/**
 * How large everything in a pair network is, and where it lies. There are
 *
 * <ul>
 *   <li>Z, whose R rows are the embeddings of all tokens and, below them, what stands for
 *       positions;
 *   <li>the tables, one behind the other in one flat array from {@link Vectors#LEAD} on: values (H
 *       or 1, {@link #valueRows}), own (see {@link #ownRows}), the product (C, F), scores;
 *   <li>the rows that {@link PairKernel} mixes, in another, F + C wide each: of each head one a
 *       first operand, then of each head one a second operand, then the base.
 * </ul>
 *
 * F and C are padded to multiples of {@link Vectors#BLOCK}.
 *
 * @param n elements that operands are of
 * @param length T
 * @param equalsToken whether the last position is '='
 * @param separateOperands whether second operands have tokens of their own
 * @param places rows of Z that stand for positions; 0 where nothing is added to the embedding
 * @param attentionHeads H; 0 without attention
 * @param fixedWeights whether every weight is 1, so that heads are summed into one table
 * @param distances J: times that queries are mapped, once for each key's position where the
 *     encoding turns them, else once
 * @param residual whether the last position's own residual stream reaches the answer
 * @param units hidden units, without padding
 * @param answers classes, without padding
 * @param straight whether tables have a part that goes past the hidden units, C wide
 */
record PairGeometry(
    int n,
    int length,
    boolean equalsToken,
    boolean separateOperands,
    int places,
    int attentionHeads,
    boolean fixedWeights,
    int distances,
    boolean residual,
    int units,
    int answers,
    boolean straight) {
  static PairGeometry of(TransformerSpec model, int n) {
    return new PairGeometry(
        n,
        model.length(),
        model.equalsToken(),
        model.separateOperands(),
        places(model),
        model.heads(),
        model.attentionRate() == 0,
        model.encoding().turns() ? model.length() : 1,
        model.residual(),
        model.dMlp(),
        model.classes(n),
        true);
  }

  private static int places(TransformerSpec model) {
    return switch (model.encoding()) {
      case LEARNED -> model.positions();
      case SINUSOIDAL -> model.length();
      case NONE, ROPE, ALIBI, ROPE_MIXED -> 0;
    };
  }

  static PairGeometry of(EmbeddingMlpSpec model, int n) {
    return new PairGeometry(
        n, 2, false, !model.isOneSided(), 0, 0, true, 1, false, model.hidden(), n, false);
  }

  /** F. */
  int hidden() {
    return Vectors.padded(units);
  }

  /** C. */
  int classes() {
    return Vectors.padded(answers);
  }

  /** Of a row that the kernel mixes: F + C. */
  int width() {
    return hidden() + classes();
  }

  /** V. */
  int tokens() {
    return (separateOperands ? 2 * n : n) + (equalsToken ? 1 : 0);
  }

  /** R. */
  int rows() {
    return tokens() + places;
  }

  /** Whether positions are added to the embedding. */
  boolean isPlaced() {
    return places > 0;
  }

  /** H, or 1 where the weights are constant: rows that an operand has. */
  int heads() {
    return fixedWeights ? 1 : attentionHeads;
  }

  /** Rows of what the last position's residual stream gives itself: none, that of '=', or R. */
  int ownRows() {
    return !residual ? 0 : equalsToken ? 1 : rows();
  }

  /** Whether queries at {@code position} come from one row, that of '='. */
  boolean isEquals(int position) {
    return position == 2;
  }

  /** The row in Z of the token at a position. */
  int tokenRow(int position, int left, int right) {
    return switch (position) {
      case 0 -> left;
      case 1 -> right + (separateOperands ? n : 0);
      default -> tokens() - 1;
    };
  }

  /** The row in Z that stands for a position; only where positions are added. */
  int positionRow(int position) {
    return tokens() + position;
  }

  /** Rows of Z, or the one of '=', that queries at a position come from. */
  int queryRows(int position) {
    return isEquals(position) ? 1 : rows();
  }

  /** Numbers in the table of scores of the queries at a position. */
  int scores(int position) {
    return attentionHeads * distances * queryRows(position) * rows();
  }

  /** Of a row of the values and of own. */
  int tableWidth() {
    return straight ? width() : hidden();
  }

  /**
   * Rows that a head's values have: of operands, then the {@link #shiftRow} and that of '=' where
   * there are.
   */
  int valueRows() {
    return equalsRow() + (equalsToken ? 1 : 0);
  }

  /** The row of the values that turns a first operand's row into a second one's. */
  int shiftRow() {
    return separateOperands ? 2 * n : n;
  }

  /** Whether there is a {@link #shiftRow}. */
  boolean hasShift() {
    return isPlaced() && !separateOperands;
  }

  /** The row of the values of '='. */
  int equalsRow() {
    return shiftRow() + (hasShift() ? 1 : 0);
  }

  /** Where a row of the values begins in the flat tables. */
  int valueRow(int head, int row) {
    return Vectors.LEAD + (head * valueRows() + row) * tableWidth();
  }

  /** Where a row of own begins there. */
  int ownRow(int row) {
    return valueRow(heads(), 0) + row * tableWidth();
  }

  /** Where the product begins there. */
  int productAt() {
    return ownRow(ownRows());
  }

  /** Where the scores begin there. */
  int scoresAt() {
    return productAt() + classes() * hidden();
  }

  /** Numbers in the flat tables, the lead included. */
  int tablesSize() {
    return scoresAt() + (fixedWeights ? 0 : scores(length - 1));
  }

  /** Whether an operand has the same rows on both sides. */
  boolean isOneSided() {
    return !isPlaced() && !separateOperands;
  }

  /** Whether all pairs have the same base, else each second operand its own. */
  boolean hasOneBase() {
    return ownRows() <= 1;
  }

  /**
   * Where the row of head 0 for an operand begins among the kernel's rows; the next head's is
   * {@link #headStride} further.
   */
  int row(int position, int operand) {
    int side = isOneSided() || position == 0 ? 0 : heads() * headStride();
    return Vectors.LEAD + side + operand * width();
  }

  int headStride() {
    return n * width();
  }

  /** Where the base of a second operand begins there. */
  int baseRow(int right) {
    int sides = (isOneSided() ? 1 : 2) * heads() * headStride();
    return Vectors.LEAD + sides + (hasOneBase() ? 0 : right * width());
  }

  /** Numbers in the kernel's rows, the lead included. */
  int rowsSize() {
    return baseRow(n - 1) + width();
  }
}
