package io.grokgrid.algebra;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A parameter of which only some rows are copied, or all in their order. */
final class Choice {
  final Part part;
  private final Leaf.Block block;
  int[] rows;

  Choice(Part part, Leaf.Block block) {
    this.part = part;
    this.block = block;
    rows = IntStream.range(0, block.count()).toArray();
  }

  private int parameter(int i) {
    return block.from() + rows[i] * block.length();
  }

  void copy(float[] parameters) {
    for (int i = 0; i < part.used; i++) {
      System.arraycopy(parameters, parameter(i), part.values, part.row(i), block.length());
    }
  }

  void copyBack(float[] gradient) {
    if (block.first()) {
      Arrays.fill(gradient, block.from(), block.from() + block.size(), 0);
    }
    for (int i = 0; i < part.used; i++) {
      int to = parameter(i);
      for (int j = 0; j < block.length(); j++) {
        gradient[to + j] += part.gradients[part.row(i) + j];
      }
    }
  }
}
