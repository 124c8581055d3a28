package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.Layout;
import io.grokgrid.tensor.SharedFloats;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that is made of parameters, each a block of its rows or columns, and of zeros (or other
 * constants) elsewhere; and the way back for its gradient.
 */
final class Leaf {
  /**
   * A parameter's rows.
   *
   * @param from where it begins in the flat parameters
   * @param length of a row
   * @param to where its first row begins in the tensor
   * @param first whether the parameter's gradient begins here, else this adds to it
   */
  private record Block(int from, int count, int length, int to, boolean first) {}

  private final String name;
  private final Shape shape;
  private final int width;
  private final SharedFloats memory;
  private final List<Block> blocks = new ArrayList<>();

  /** A tensor of zeros, the last axis being a row. */
  Leaf(String name, Shape shape) {
    this.name = name;
    this.shape = shape;
    width = (int) shape.get(shape.dimension() - 1);
    memory = new SharedFloats((int) shape.size());
  }

  String name() {
    return name;
  }

  /** Whether only scores take it. */
  boolean isOfScores() {
    return name.equals("W_Q") || name.equals("W_K");
  }

  /** Takes a parameter in, its rows beginning at index {@code at}; if there is one. */
  Leaf with(Layout.@Nullable Tensor tensor, int at, boolean first) {
    if (tensor != null) {
      Shape rows = tensor.shape();
      int length = (int) rows.get(rows.dimension() - 1);
      boolean whole = length == width;
      int count = whole ? 1 : tensor.size() / length;
      blocks.add(new Block(tensor.offset(), count, whole ? tensor.size() : length, at, first));
    }
    return this;
  }

  /** Takes constants in, beginning at index {@code at}. */
  Leaf with(float[] constants, int at) {
    memory.put(at, constants, 0, constants.length);
    return this;
  }

  /** A new tensor of these parameters. */
  NDArray tensor(NDManager manager, float[] parameters) {
    for (Block block : blocks) {
      for (int row = 0; row < block.count(); row++) {
        int from = block.from() + row * block.length();
        memory.put(block.to() + row * width, parameters, from, block.length());
      }
    }
    return memory.tensor(manager, 0, shape);
  }

  /** Copies the gradient of a tensor, made here, to the parameters' gradient. */
  void readGradient(NDArray tensor, float[] gradient) {
    try (NDArray found = tensor.getGradient()) {
      read(SharedFloats.of(found), gradient);
    }
  }

  private void read(FloatBuffer numbers, float[] gradient) {
    for (Block block : blocks) {
      for (int row = 0; row < block.count(); row++) {
        int at = block.from() + row * block.length();
        int from = block.to() + row * width;
        if (block.first()) {
          numbers.get(from, gradient, at, block.length());
        } else {
          for (int i = 0; i < block.length(); i++) {
            gradient[at + i] += numbers.get(from + i);
          }
        }
      }
    }
  }

  /** Sets the parameters' gradient to 0: they have no effect. */
  void clearGradient(float[] gradient) {
    for (Block block : blocks) {
      int end = block.from() + block.count() * block.length();
      Arrays.fill(gradient, block.from(), end, 0);
    }
  }
}
