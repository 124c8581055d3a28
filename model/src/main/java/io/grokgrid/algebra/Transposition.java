package io.grokgrid.algebra;

/** z = x^T, x being (rows, columns). */
final class Transposition implements Operation {
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
