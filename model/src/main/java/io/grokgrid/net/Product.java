package io.grokgrid.net;

import java.util.List;

/**
 * Matrix products of one shape, (rows, inner) by (inner, columns).
 *
 * @param count of them
 */
public record Product(double count, double rows, double inner, double columns) {
  /** Floating-point operations of all of them. */
  public double operations() {
    return 2 * count * rows * inner * columns;
  }

  /** With those that the gradients of the left and of the right factor take. */
  public List<Product> withAdjoints() {
    return List.of(
        this, new Product(count, rows, columns, inner), new Product(count, inner, rows, columns));
  }
}
