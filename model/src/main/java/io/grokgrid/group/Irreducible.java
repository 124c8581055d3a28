package io.grokgrid.group;

import io.grokgrid.math.Fourier;
import java.util.Arrays;

/**
 * The functions on a group of n elements that an irreducible real representation is made of. Nobody
 * changes its arrays.
 */
final class Irreducible {
  private final String name;
  private final double[] character; // (n)
  private final double[] elements; // (functions, n)

  private Irreducible(String name, double[] character, double[] elements) {
    this.name = name;
    this.character = character;
    this.elements = elements;
  }

  static Irreducible of(String name, OrthogonalForm form) {
    return new Irreducible(name, form.character(), form.elements());
  }

  /** Of the residues, rotation by 2 pi k x / n; its name is k. */
  static Irreducible of(Fourier fourier, int k) {
    int n = fourier.n();
    int row = k == 0 ? 0 : Fourier.cosine(k);
    int rows = k > 0 && fourier.hasSine(k) ? 2 : 1;
    double[] basis = fourier.basis();
    return new Irreducible(
        Integer.toString(k),
        Arrays.copyOfRange(basis, row * n, (row + 1) * n),
        Arrays.copyOfRange(basis, row * n, (row + rows) * n));
  }

  String name() {
    return name;
  }

  /** chi, the trace of each element's matrix, or a multiple of that: (n). */
  double[] character() {
    return character;
  }

  /** An orthonormal basis of the span of the matrix elements, a row a function: (functions, n). */
  double[] elements() {
    return elements;
  }
}
