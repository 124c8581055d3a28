package io.grokgrid.algebra;

import io.grokgrid.math.Vectors;

/** z = the sum of {@code count} matrices x. */
final class Sum implements Operation {
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
