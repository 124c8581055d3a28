package io.grokgrid.algebra;

import io.grokgrid.math.Products;

/** z[zRow..] = x[xRow..] y[yRow..]^T, x having m rows and y n. */
final class TransposedProduct implements Operation {
  private final Products products;
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

  TransposedProduct(
      Products products, Part x, int xRow, Part y, int yRow, Part z, int zRow, int m, int n) {
    this.products = products;
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
