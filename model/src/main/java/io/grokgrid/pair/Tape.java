package io.grokgrid.pair;

import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Products;
import io.grokgrid.math.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Operations that are declared once and then gone through at every step, forwards and backwards, on
 * plain arrays that live as long as the tape.
 *
 * <p>Rows are padded to multiples of {@link Vectors#BLOCK} by zeros. Parameters whose rows need no
 * padding are read where they are, and their gradient is written to its place.
 */
final class Tape implements Algebra<Tape.Matrices> {
  /**
   * N matrices of a shape.
   *
   * @param count N
   * @param rows of each
   * @param columns of each, without padding
   * @param parts side by side; only leaves have several
   */
  record Matrices(int count, int rows, int columns, List<Part> parts) {
    private Part part() {
      if (parts.size() != 1) {
        throw new IllegalStateException("only a right factor may have parts");
      }
      return parts.get(0);
    }
  }

  /** Columns of matrices, all rows of them one behind the other. */
  private static final class Part {
    private final int column;
    private final int width; // with padding
    private final boolean isTrained;
    private final boolean[] given; // rows whose gradient has been written, while settling
    private float[] values;
    private float[] gradients; // likewise from at on
    private int at;
    private int stride;
    private int used; // rows, from the first on

    Part(int rows, int column, int width, boolean trained, boolean inPlace) {
      this.column = column;
      this.width = width;
      isTrained = trained;
      given = new boolean[rows];
      values = new float[inPlace ? 0 : Vectors.LEAD + rows * width];
      gradients = new float[trained ? values.length : 0];
      at = Vectors.LEAD;
      stride = width;
      used = rows;
    }

    int row(int row) {
      return at + row * stride;
    }

    /** Whether the gradient of these rows is there already, so that more is added. */
    boolean isGiven(int from, int count) {
      boolean first = given[from];
      for (int row = from; row < from + count; row++) {
        if (given[row] != first) {
          throw new IllegalStateException("rows with and without gradient");
        }
        given[row] = true;
      }
      return first;
    }
  }

  /** What is done forwards, and its adjoint. */
  private interface Operation {
    void forward();

    void backward();

    /** Finds out which gradients it adds to; called in the order of the adjoints. */
    void settle();
  }

  /** Parameters that are copied into a part. */
  private record Copied(Part part, List<Leaf.Block> blocks) {}

  /** A parameter of which only some rows are copied, or all in their order. */
  private static final class Choice {
    private final Part part;
    private final Leaf.Block block;
    private int[] rows;

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

  private final Products products = new Products();
  private final List<Leaf> leaves;
  private final Map<String, Matrices> made = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final List<Part> inPlace = new ArrayList<>();
  private final List<Copied> copied = new ArrayList<>();
  private final Map<String, Choice> choices = new LinkedHashMap<>(); // those that begin come first

  Tape(List<Leaf> leaves) {
    this.leaves = leaves;
  }

  /**
   * Says where a result goes, and where its gradient will be; it must not be a leaf.
   *
   * @param values flat, and likewise {@code gradients}
   */
  void result(PairTables.Table<Matrices> table, float[] values, float[] gradients) {
    Part part = table.made().part();
    if (table.stride() % Vectors.BLOCK == 0) {
      part.values = values;
      part.gradients = gradients;
      part.at = table.at();
      part.stride = table.stride();
    } else {
      operations.add(new Copy(part, values, gradients, table.at(), table.stride()));
    }
  }

  /** Ends the declaration. */
  void settle() {
    for (int i = operations.size() - 1; i >= 0; i--) {
      operations.get(i).settle();
    }
  }

  /**
   * Says which rows of a leaf there are from now on; what is made of it has as many.
   *
   * @param rows taken over; of them the first {@code count} are meant
   */
  void choose(String leaf, int[] rows, int count) {
    Choice choice = Objects.requireNonNull(choices.get(leaf), leaf);
    choice.rows = rows;
    choice.part.used = count;
  }

  /** Makes the results of these parameters. */
  void forward(float[] parameters) {
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
  void backward(float[] gradient) {
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
            new Product(x.part(), xRow, part, i * y.rows(), z.part(), i * m, m, y.rows()));
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
      operations.add(new Product(x.part(), xRow, y.part(), yRow, z.part(), i * m, m, y.rows()));
    }
    return z;
  }

  /** z[zRow..] = x[xRow..] y[yRow..], x having m rows and y k. */
  private final class Product implements Operation {
    private final Part x;
    private final int xRow;
    private final Part y;
    private final int yRow;
    private final Part z;
    private final int zRow;
    private final int m;
    private final int k;
    private boolean addsToX;
    private boolean addsToY;

    Product(Part x, int xRow, Part y, int yRow, Part z, int zRow, int m, int k) {
      this.x = x;
      this.xRow = xRow;
      this.y = y;
      this.yRow = yRow;
      this.z = z;
      this.zRow = zRow;
      this.m = m;
      this.k = k;
    }

    /** Of all rows of x those that are used. */
    private int m() {
      return m == x.given.length ? x.used : m;
    }

    private int to() {
      return z.row(zRow) + y.column;
    }

    @Override
    public void forward() {
      products.multiply(
          x.values,
          x.row(xRow),
          x.stride,
          1,
          y.values,
          y.row(yRow),
          y.stride,
          z.values,
          to(),
          z.stride,
          m(),
          k,
          y.width,
          false);
    }

    @Override
    public void backward() {
      if (x.isTrained) {
        products.multiplyByTransposed(
            z.gradients,
            to(),
            z.stride,
            y.values,
            y.row(yRow),
            y.stride,
            x.gradients,
            x.row(xRow),
            x.stride,
            m(),
            y.width,
            k,
            addsToX);
      }
      if (y.isTrained) {
        products.multiply(
            x.values,
            x.row(xRow),
            1,
            x.stride,
            z.gradients,
            to(),
            z.stride,
            y.gradients,
            y.row(yRow),
            y.stride,
            k,
            m(),
            y.width,
            addsToY);
      }
    }

    @Override
    public void settle() {
      addsToX = x.isGiven(xRow, m);
      addsToY = y.isGiven(yRow, k);
    }
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
              x.part(), xRow, y.part(), i * y.rows(), z.part(), i * m, m, y.rows()));
    }
    return z;
  }

  /** z[zRow..] = x[xRow..] y[yRow..]^T, x having m rows and y n. */
  private final class TransposedProduct implements Operation {
    private final Part x;
    private final int xRow;
    private final Part y;
    private final int yRow;
    private final Part z;
    private final int zRow;
    private final int m;
    private final int n;
    private boolean addsToX;
    private boolean addsToY;

    TransposedProduct(Part x, int xRow, Part y, int yRow, Part z, int zRow, int m, int n) {
      this.x = x;
      this.xRow = xRow;
      this.y = y;
      this.yRow = yRow;
      this.z = z;
      this.zRow = zRow;
      this.m = m;
      this.n = n;
    }

    @Override
    public void forward() {
      products.multiplyByTransposed(
          x.values,
          x.row(xRow),
          x.stride,
          y.values,
          y.row(yRow),
          y.stride,
          z.values,
          z.row(zRow),
          z.stride,
          m,
          y.width,
          n,
          false);
    }

    @Override
    public void backward() {
      if (x.isTrained) {
        products.multiply(
            z.gradients,
            z.row(zRow),
            z.stride,
            1,
            y.values,
            y.row(yRow),
            y.stride,
            x.gradients,
            x.row(xRow),
            x.stride,
            m,
            n,
            y.width,
            addsToX);
      }
      if (y.isTrained) {
        products.multiply(
            z.gradients,
            z.row(zRow),
            1,
            z.stride,
            x.values,
            x.row(xRow),
            x.stride,
            y.gradients,
            y.row(yRow),
            y.stride,
            n,
            m,
            y.width,
            addsToY);
      }
    }

    @Override
    public void settle() {
      addsToX = x.isGiven(xRow, m);
      addsToY = y.isGiven(yRow, n);
    }
  }

  @Override
  public Matrices transposed(Matrices x) {
    Matrices z = zeros(1, x.columns(), x.rows());
    operations.add(new Transposition(x.part(), z.part(), x.rows(), x.columns()));
    return z;
  }

  /** z = x^T, x being (rows, columns). */
  private static final class Transposition implements Operation {
    private final Part x;
    private final Part z;
    private final int rows;
    private final int columns;
    private boolean addsToX;

    Transposition(Part x, Part z, int rows, int columns) {
      this.x = x;
      this.z = z;
      this.rows = rows;
      this.columns = columns;
    }

    @Override
    public void forward() {
      for (int column = 0; column < columns; column++) {
        int to = z.row(column);
        for (int row = 0; row < rows; row++) {
          z.values[to + row] = x.values[x.row(row) + column];
        }
      }
    }

    @Override
    public void backward() {
      for (int column = 0; column < columns; column++) {
        int from = z.row(column);
        for (int row = 0; row < rows; row++) {
          int to = x.row(row) + column;
          float sum = addsToX ? x.gradients[to] : 0;
          x.gradients[to] = sum + z.gradients[from + row];
        }
      }
    }

    @Override
    public void settle() {
      addsToX = x.isGiven(0, rows);
    }
  }

  @Override
  public Matrices sum(Matrices x) {
    Matrices z = zeros(1, x.rows(), x.columns());
    operations.add(new Sum(x.part(), z.part(), x.count(), x.rows()));
    return z;
  }

  /** z = the sum of {@code count} matrices x. */
  private static final class Sum implements Operation {
    private final Part x;
    private final Part z;
    private final int count;
    private final int rows;

    Sum(Part x, Part z, int count, int rows) {
      this.x = x;
      this.z = z;
      this.count = count;
      this.rows = rows;
    }

    @Override
    public void forward() {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(x.values, x.row(row), z.values, z.row(row), z.width);
        for (int i = 1; i < count; i++) {
          Vectors.add(z.values, z.row(row), x.values, x.row(i * rows + row), z.width);
        }
      }
    }

    @Override
    public void backward() {
      for (int row = 0; row < count * rows; row++) {
        System.arraycopy(z.gradients, z.row(row % rows), x.gradients, x.row(row), z.width);
      }
    }

    @Override
    public void settle() {
      if (x.isGiven(0, count * rows)) {
        throw new IllegalStateException("a sum's matrices may have no other use");
      }
    }
  }

  /** A result whose rows go elsewhere without their padding. */
  private static final class Copy implements Operation {
    private final Part x;
    private final float[] values;
    private final float[] gradients;
    private final int at;
    private final int columns;

    Copy(Part x, float[] values, float[] gradients, int at, int columns) {
      this.x = x;
      this.values = values;
      this.gradients = gradients;
      this.at = at;
      this.columns = columns;
    }

    @Override
    public void forward() {
      for (int row = 0; row < x.given.length; row++) {
        System.arraycopy(x.values, x.row(row), values, at + row * columns, columns);
      }
    }

    @Override
    public void backward() {
      for (int row = 0; row < x.given.length; row++) {
        System.arraycopy(gradients, at + row * columns, x.gradients, x.row(row), columns);
      }
    }

    @Override
    public void settle() {}
  }

  @Override
  public Matrices split(Matrices x, int n) {
    return new Matrices(n, x.rows() / n, x.columns(), x.parts());
  }
}
