package io.grokgrid.pair;

import io.grokgrid.algebra.Matrices;
import io.grokgrid.algebra.Tape;
import java.util.Arrays;
import java.util.List;

/**
 * The tables of a step in one flat array, as {@link PairGeometry} lays them out, and the way back
 * for their gradients.
 */
final class TapeTables {
  private final PairGeometry geometry;
  private final Tape tape;
  private final float[] flat;
  private final float[] gradients;
  private final List<String> operands;
  private final int n;
  private final int[] places; // of an operand among those that occur, -1 if it does not

  /**
   * @param flat receives the tables
   * @param gradients theirs, to be filled before {@link #makeGradients}
   */
  TapeTables(PairTables tables, float[] flat, float[] gradients) {
    this.flat = flat;
    this.gradients = gradients;
    geometry = tables.geometry();
    operands = tables.operands();
    n = geometry.n();
    places = new int[n];
    tape = new Tape(tables.leaves());
    for (PairTables.Table<Matrices> table : tables.of(tape).all()) {
      tape.result(table.made(), flat, gradients, table.at(), table.stride());
    }
    tape.settle();
  }

  /**
   * Says for which pairs the next tables are: few pairs leave operands out.
   *
   * @return these, with operands numbered as the tables will have them
   */
  Pairs restrict(Pairs pairs) {
    return operands.isEmpty()
        ? pairs
        : new Pairs(
            restrict(operands.get(0), pairs.left()),
            restrict(operands.get(1), pairs.right()),
            pairs.answers());
  }

  /** Chooses the operands that occur, in the order in which they do. */
  private int[] restrict(String leaf, int[] each) {
    Arrays.fill(places, -1);
    int[] chosen = new int[n];
    int[] numbered = new int[each.length];
    int count = 0;
    for (int i = 0; i < each.length; i++) {
      int operand = each[i];
      if (places[operand] < 0) {
        places[operand] = count;
        chosen[count++] = operand;
      }
      numbered[i] = places[operand];
    }
    tape.choose(leaf, chosen, count);
    return numbered;
  }

  /**
   * Makes the tables.
   *
   * @param parameters flat
   */
  void make(float[] parameters) {
    tape.forward(parameters);
  }

  /**
   * From the tables' gradients to those of the parameters.
   *
   * @param gradient flat; biases keep what they have
   */
  void makeGradients(float[] gradient) {
    tape.backward(gradient);
  }

  /** The products with the table that is one. */
  PairProducts products() {
    return new PairProducts(geometry, flat, gradients);
  }
}
