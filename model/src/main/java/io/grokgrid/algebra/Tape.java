package io.grokgrid.algebra;

import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Products;
import io.grokgrid.math.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Operations that are declared once and then gone through at every step, forwards and backwards, on
 * plain arrays that live as long as the tape.
 *
 * <p>Rows are padded to multiples of {@link Vectors#BLOCK} by zeros. Parameters whose rows need no
 * padding are read where they are, and their gradient is written to its place.
 */
public final class Tape implements Algebra<Matrices> {
  /** Parameters that are copied into a part. */
  private record Copied(Part part, List<Leaf.Block> blocks) {}

  private final Products products = new Products();
  private final List<Leaf> leaves;
  private final Map<String, Matrices> made = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final List<Part> inPlace = new ArrayList<>();
  private final List<Copied> copied = new ArrayList<>();
  private final Map<String, Choice> choices = new LinkedHashMap<>(); // those that begin come first

  public Tape(List<Leaf> leaves) {
    this.leaves = leaves;
  }

  /**
   * Says where a result goes, and where its gradient will be; it must not be a leaf.
   *
   * @param values flat, and likewise {@code gradients}
   * @param at where it begins there
   * @param stride from a row to the next there
   */
  public void result(Matrices made, float[] values, float[] gradients, int at, int stride) {
    Part part = made.part();
    if (stride % Vectors.BLOCK == 0) {
      part.values = values;
      part.gradients = gradients;
      part.at = at;
      part.stride = stride;
    } else {
      operations.add(new Copy(part, values, gradients, at, stride));
    }
  }

  /** Ends the declaration. */
  public void settle() {
    for (int i = operations.size() - 1; i >= 0; i--) {
      operations.get(i).settle();
    }
  }

  /**
   * Says which rows of a leaf there are from now on; what is made of it has as many.
   *
   * @param rows taken over; of them the first {@code count} are meant
   */
  public void choose(String leaf, int[] rows, int count) {
    Choice choice = Objects.requireNonNull(choices.get(leaf), leaf);
    choice.rows = rows;
    choice.part.used = count;
  }

  /** Makes the results of these parameters. */
  public void forward(float[] parameters) {
    for (Part each : inPlace) {
      each.values = parameters;
    }
    for (Copied each : copied) {
      Part part = each.part();
      for (Leaf.Block block : each.blocks()) {
        int to = part.row(block.row()) + block.column() - part.column;
        for (int row = 0; row < block.count(); row++) {
          int from = block.from() + row * block.length();
          System.arraycopy(parameters, from, part.values, to + row * part.stride, block.length());
        }
      }
    }
    for (Choice each : choices.values()) {
      each.copy(parameters);
    }
    for (Operation each : operations) {
      each.forward();
    }
  }

  /** From the results' gradients to those of the parameters, of the last {@link #forward}. */
  public void backward(float[] gradient) {
    for (Part each : inPlace) {
      each.gradients = gradient;
    }
    for (int i = operations.size() - 1; i >= 0; i--) {
      operations.get(i).backward();
    }
    copyBack(true, gradient);
    copyBack(false, gradient);
    for (Choice each : choices.values()) {
      each.copyBack(gradient);
    }
    for (Leaf leaf : leaves) {
      if (!made.containsKey(leaf.name())) {
        leaf.clearGradient(gradient);
      }
    }
  }

  /** The gradients that begin in copies, or those that are added. */
  private void copyBack(boolean first, float[] gradient) {
    for (Copied each : copied) {
      for (Leaf.Block block : each.blocks()) {
        if (block.first() == first) {
          copyBack(each.part(), block, gradient);
        }
      }
    }
  }

  private static void copyBack(Part part, Leaf.Block block, float[] gradient) {
    int start = part.row(block.row()) + block.column() - part.column;
    for (int row = 0; row < block.count(); row++) {
      int from = start + row * part.stride;
      int to = block.from() + row * block.length();
      if (block.first()) {
        System.arraycopy(part.gradients, from, gradient, to, block.length());
      } else {
        for (int i = 0; i < block.length(); i++) {
          gradient[to + i] += part.gradients[from + i];
        }
      }
    }
  }

  @Override
  public Matrices leaf(String name) {
    return made.computeIfAbsent(name, unused -> made(Leaf.of(leaves, name)));
  }

  private Matrices made(Leaf leaf) {
    Shape shape = leaf.shape();
    int count = shape.dimension() == 2 ? 1 : (int) shape.get(0);
    int rows = (int) shape.get(shape.dimension() - 2);
    List<Leaf.Block> blocks = leaf.blocks();
    if (leaf.isChosen()) {
      Leaf.Block block = blocks.get(0);
      Part part = new Part(rows, 0, Vectors.padded(block.length()), true, false);
      choices.put(leaf.name(), new Choice(part, block));
      return new Matrices(1, rows, block.length(), List.of(part));
    }
    boolean sideBySide =
        !blocks.isEmpty() && blocks.stream().allMatch(block -> block.count() == count * rows);
    if (!sideBySide) {
      return new Matrices(
          count, rows, (int) shape.get(shape.dimension() - 1), List.of(copied(leaf, count * rows)));
    }
    List<Part> parts = new ArrayList<>();
    int columns = 0;
    for (Leaf.Block block : blocks) {
      columns = block.column() + block.length();
      parts.add(part(block));
    }
    return new Matrices(count, rows, columns, List.copyOf(parts));
  }

  /** A part of one parameter. */
  private Part part(Leaf.Block block) {
    boolean inPlace = block.first() && block.length() % Vectors.BLOCK == 0;
    int width = Vectors.padded(block.length());
    Part part = new Part(block.count(), block.column(), width, true, inPlace);
    if (inPlace) {
      part.at = block.from();
      this.inPlace.add(part);
    } else {
      copied.add(new Copied(part, List.of(block)));
    }
    return part;
  }

  /** A part of several parameters, or of constants. */
  private Part copied(Leaf leaf, int rows) {
    int length = (int) leaf.shape().get(leaf.shape().dimension() - 1);
    Part part = new Part(rows, 0, Vectors.padded(length), !leaf.isConstant(), false);
    float[] constants = leaf.constants();
    for (int row = 0; constants != null && row < rows; row++) {
      System.arraycopy(constants, row * length, part.values, part.row(row), length);
    }
    copied.add(new Copied(part, leaf.blocks()));
    return part;
  }

  private static Matrices zeros(int count, int rows, int columns) {
    Part part = new Part(count * rows, 0, Vectors.padded(columns), true, false);
    return new Matrices(count, rows, columns, List.of(part));
  }

  @Override
  public Matrices product(Matrices x, Matrices y) {
    boolean joined = y.count() == 1;
    Matrices z = zeros(Math.max(x.count(), y.count()), x.rows(), y.columns());
    int m = joined ? x.count() * x.rows() : x.rows();
    for (int i = 0; i < (joined ? 1 : y.count()); i++) {
      int xRow = x.count() == 1 ? 0 : i * x.rows();
      for (Part part : y.parts()) {
        operations.add(
            new Product(
                products, x.part(), xRow, part, i * y.rows(), z.part(), i * m, m, y.rows()));
      }
    }
    return z;
  }

  @Override
  public Matrices productByEach(Matrices x, Matrices y) {
    int m = x.rows();
    Matrices z = zeros(x.count(), y.count() * m, y.columns());
    for (int i = 0; i < x.count() * y.count(); i++) {
      int xRow = i / y.count() * m;
      int yRow = i % y.count() * y.rows();
      operations.add(
          new Product(products, x.part(), xRow, y.part(), yRow, z.part(), i * m, m, y.rows()));
    }
    return z;
  }

  @Override
  public Matrices productByTransposed(Matrices x, Matrices y) {
    boolean joined = y.count() == 1;
    Matrices z = zeros(Math.max(x.count(), y.count()), x.rows(), y.rows());
    int m = joined ? x.count() * x.rows() : x.rows();
    for (int i = 0; i < (joined ? 1 : y.count()); i++) {
      int xRow = x.count() == 1 ? 0 : i * x.rows();
      operations.add(
          new TransposedProduct(
              products, x.part(), xRow, y.part(), i * y.rows(), z.part(), i * m, m, y.rows()));
    }
    return z;
  }

  @Override
  public Matrices transposed(Matrices x) {
    Matrices z = zeros(1, x.columns(), x.rows());
    operations.add(new Transposition(x.part(), z.part(), x.rows(), x.columns()));
    return z;
  }

  @Override
  public Matrices sum(Matrices x) {
    Matrices z = zeros(1, x.rows(), x.columns());
    operations.add(new Sum(x.part(), z.part(), x.count(), x.rows()));
    return z;
  }

  @Override
  public Matrices split(Matrices x, int n) {
    return new Matrices(n, x.rows() / n, x.columns(), x.parts());
  }
}
