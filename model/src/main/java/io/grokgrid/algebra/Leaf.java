package io.grokgrid.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.Layout;
import io.grokgrid.tensor.Numbers;
import io.grokgrid.tensor.SharedFloats;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matrices that are made of parameters, each a block of their rows or columns, and of zeros (or
 * other constants) elsewhere; and the way back for their gradient.
 */
public final class Leaf {
  /**
   * A parameter's rows.
   *
   * @param from where it begins in the flat parameters
   * @param length of a row
   * @param row where its first number comes to lie, and likewise {@code column}
   * @param first whether the parameter's gradient begins here, else this adds to it
   */
  record Block(int from, int count, int length, int row, int column, boolean first) {
    int size() {
      return count * length;
    }
  }

  private final String name;
  private final Shape shape;
  private final int width;
  private final List<Block> blocks = new ArrayList<>();
  private boolean isChosen;
  private float @Nullable [] constants;
  private @Nullable SharedFloats memory;
  private int room; // runs that the memory is for

  /** Zeros, the last axis being a row. */
  public Leaf(String name, Shape shape) {
    this.name = name;
    this.shape = shape;
    width = (int) shape.get(shape.dimension() - 1);
  }

  /** The one of that name, which there must be. */
  static Leaf of(List<Leaf> leaves, String name) {
    return leaves.stream()
        .filter(leaf -> leaf.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the layout has no " + name));
  }

  public String name() {
    return name;
  }

  Shape shape() {
    return shape;
  }

  List<Block> blocks() {
    return blocks;
  }

  /** As many as the shape has, or none. */
  float @Nullable [] constants() {
    return constants;
  }

  boolean isConstant() {
    return blocks.isEmpty();
  }

  /** Says that its rows may be chosen anew at every step; it is of one parameter. */
  public Leaf chosen() {
    isChosen = true;
    return this;
  }

  boolean isChosen() {
    return isChosen;
  }

  /** Takes a parameter in, its rows beginning at a row and a column; if there is one. */
  public Leaf with(Layout.@Nullable Tensor tensor, int row, int column, boolean first) {
    if (tensor != null) {
      int length = (int) tensor.shape().get(tensor.shape().dimension() - 1);
      add(new Block(tensor.offset(), tensor.size() / length, length, row, column, first));
    }
    return this;
  }

  /** Takes as many rows of a parameter in as this has, from its row {@code from} on. */
  public Leaf withRows(Layout.Tensor tensor, int from) {
    int length = (int) tensor.shape().get(tensor.shape().dimension() - 1);
    int rows = (int) shape.get(0);
    add(new Block(tensor.offset() + from * length, rows, length, 0, 0, true));
    return this;
  }

  /** Puts what lies behind the last block, there and here, into one with it. */
  private void add(Block block) {
    Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
    if (last != null
        && last.length() == width
        && block.length() == width
        && last.row() + last.count() == block.row()
        && last.from() + last.size() == block.from()
        && last.first() == block.first()) {
      int count = last.count() + block.count();
      blocks.set(
          blocks.size() - 1,
          new Block(last.from(), count, width, last.row(), last.column(), last.first()));
    } else {
      blocks.add(block);
    }
  }

  /** Takes constants in, beginning at index {@code at}. */
  public Leaf with(float[] values, int at) {
    if (constants == null) {
      constants = new float[(int) shape.size()];
    }
    System.arraycopy(values, 0, constants, at, values.length);
    return this;
  }

  /** A new tensor of each run's parameters: (runs, H, R, C), where H is 1 of a single matrix. */
  NDArray tensor(NDManager manager, List<float[]> runs) {
    SharedFloats floats = memory(runs.size());
    for (int run = 0; run < runs.size(); run++) {
      put(runs.get(run), floats, run * size());
    }
    int axes = shape.dimension();
    long heads = axes == 2 ? 1 : shape.get(0);
    return floats.tensor(manager, 0, new Shape(runs.size(), heads, shape.get(axes - 2), width));
  }

  private int size() {
    return (int) shape.size();
  }

  private void put(float[] parameters, SharedFloats floats, int at) {
    for (Block block : blocks) {
      int to = at + block.row() * width + block.column();
      if (block.length() == width) {
        floats.put(to, parameters, block.from(), block.size());
      } else {
        for (int row = 0; row < block.count(); row++) {
          int from = block.from() + row * block.length();
          floats.put(to + row * width, parameters, from, block.length());
        }
      }
    }
  }

  /** Room for so many, the constants in place. */
  private SharedFloats memory(int runs) {
    if (memory == null || room < runs) {
      memory = new SharedFloats(Math.multiplyExact(runs, size()));
      room = runs;
      for (int run = 0; constants != null && run < runs; run++) {
        memory.put(run * size(), constants, 0, constants.length);
      }
    }
    return memory;
  }

  /** Copies the gradient of a tensor, made here, to each run's gradient. */
  void readGradients(NDArray tensor, List<float[]> gradients) {
    try (NDArray found = tensor.getGradient()) {
      Numbers.show(
          found,
          numbers -> {
            for (int run = 0; run < gradients.size(); run++) {
              read(numbers, run * size(), gradients.get(run));
            }
          });
    }
  }

  private void read(FloatBuffer numbers, int base, float[] gradient) {
    for (Block block : blocks) {
      int start = base + block.row() * width + block.column();
      boolean whole = block.length() == width;
      int length = whole ? block.size() : block.length();
      for (int row = 0; row < (whole ? 1 : block.count()); row++) {
        int at = block.from() + row * length;
        int from = start + row * width;
        if (block.first()) {
          numbers.get(from, gradient, at, length);
        } else {
          for (int i = 0; i < length; i++) {
            gradient[at + i] += numbers.get(from + i);
          }
        }
      }
    }
  }

  /** Sets the gradient of the parameters that begin here to 0: they have no effect. */
  void clearGradient(float[] gradient) {
    for (Block block : blocks) {
      if (block.first()) {
        Arrays.fill(gradient, block.from(), block.from() + block.size(), 0);
      }
    }
  }
}
