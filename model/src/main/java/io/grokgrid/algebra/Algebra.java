package io.grokgrid.algebra;

/**
 * What tables are declared in, so that one declaration serves {@link ArrayAlgebra}, the engine's
 * arrays, and {@link Tape}, plain arrays.
 *
 * @param <T> one matrix (R, C), or N of a shape (N, R, C)
 */
public sealed interface Algebra<T> permits ArrayAlgebra, Tape {
  /** The {@link Leaf} of that name, which there must be. */
  T leaf(String name);

  /**
   * x y: (N, R, K) by (N, K, C) is (N, R, C). Where one factor is a single matrix, it meets each of
   * the other's.
   */
  T product(T x, T y);

  /** x y^T, likewise: (N, R, K) by (N, C, K). */
  T productByTransposed(T x, T y);

  /**
   * Each of x (H, L, K) by each of y (J, K, K), which have no gradient: (H, J L, K), row j L + l.
   */
  T productByEach(T x, T y);

  /** A single matrix (R, C) transposed. */
  T transposed(T x);

  /** The sum (1, R, C) of N matrices. */
  T sum(T x);

  /** A single matrix (N K, C) as N of its parts (N, K, C). */
  T split(T x, int n);
}
