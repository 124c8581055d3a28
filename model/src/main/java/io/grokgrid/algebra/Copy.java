package io.grokgrid.algebra;

/** A result whose rows go elsewhere without their padding. */
final class Copy implements Operation {
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
