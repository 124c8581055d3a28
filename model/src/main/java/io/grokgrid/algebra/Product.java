package io.grokgrid.algebra;

import io.grokgrid.math.Products;

/** z[zRow..] = x[xRow..] y[yRow..], x having m rows and y k. */
final class Product implements Operation {
  private final Products products;
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

  Product(Products products, Part x, int xRow, Part y, int yRow, Part z, int zRow, int m, int k) {
    this.products = products;
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
