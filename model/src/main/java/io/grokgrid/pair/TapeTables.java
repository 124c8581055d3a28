package io.grokgrid.pair;

import java.util.Arrays;
import java.util.List;

/** Without the engine: faster where its calls take longer than the arithmetic. */
final class TapeTables implements CoreTables {
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
    tables.of(tape).all().forEach(table -> tape.result(table, flat, gradients));
    tape.settle();
  }

  /** {@inheritDoc} Few pairs leave operands out. */
  @Override
  public Pairs restrict(Pairs pairs) {
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

  @Override
  public void make(float[] parameters, boolean differentiated) {
    tape.forward(parameters);
  }

  @Override
  public void makeGradients(float[] gradient) {
    tape.backward(gradient);
  }

  @Override
  public PairProducts products(int chunk) {
    return new CoreProducts(geometry, flat, gradients);
  }
}
