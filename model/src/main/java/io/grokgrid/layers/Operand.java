package io.grokgrid.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Vectors;
import io.grokgrid.tensor.SharedFloats;

/** Rows that the engine's products read, in memory that is shared with it. */
final class Operand {
  private final NDManager manager;
  private final SharedFloats memory;
  private final int width;

  /**
   * @param memory may be another operand's too, if they are not needed at the same time
   */
  Operand(NDManager manager, SharedFloats memory, int width) {
    this.manager = manager;
    this.memory = memory;
    this.width = width;
  }

  /** With memory of its own for so many rows. */
  static Operand of(NDManager manager, int rows, int width) {
    return new Operand(manager, new SharedFloats(Math.multiplyExact(rows, width)), width);
  }

  /** Takes n rows, from {@link Vectors#LEAD} on. */
  void putAll(float[] rows, int n) {
    memory.put(0, rows, Vectors.LEAD, n * width);
  }

  /** Takes one of such rows. */
  void put(float[] rows, int row) {
    memory.put(row * width, rows, Vectors.LEAD + row * width, width);
  }

  /** n rows as a tensor, to be closed. */
  NDArray rows(int from, int n) {
    return memory.tensor(manager, from * width, new Shape(n, width));
  }
}
