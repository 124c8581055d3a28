package io.grokgrid.group;

import io.grokgrid.math.Fourier;
import java.util.List;
import java.util.stream.IntStream;

/** A group of n elements with its irreducible real representations. */
final class Group {
  private final int order;
  private final int[] quotients; // (n, n)
  private final List<Irreducible> irreducibles;

  /** Made when it is first asked for. */
  private static final class OfPermutations {
    static final Group KNOWN = make();

    private OfPermutations() {}

    private static Group make() {
      Permutations group = new Permutations();
      int[] quotients =
          IntStream.range(0, Permutations.ORDER * Permutations.ORDER)
              .map(
                  i -> group.product(i / Permutations.ORDER, group.inverse(i % Permutations.ORDER)))
              .toArray();
      return new Group(
          Permutations.ORDER,
          quotients,
          List.of(
              Irreducible.of("trivial", new OrthogonalForm(group, 5)),
              Irreducible.of("sign", new OrthogonalForm(group, 1, 1, 1, 1, 1)),
              Irreducible.of("standard", new OrthogonalForm(group, 4, 1)),
              Irreducible.of("standard_sign", new OrthogonalForm(group, 2, 1, 1, 1)),
              Irreducible.of("5d_a", new OrthogonalForm(group, 2, 2, 1)),
              Irreducible.of("5d_b", new OrthogonalForm(group, 3, 2)),
              Irreducible.of("6d", new OrthogonalForm(group, 3, 1, 1))));
    }
  }

  private Group(int order, int[] quotients, List<Irreducible> irreducibles) {
    this.order = order;
    this.quotients = quotients;
    this.irreducibles = irreducibles;
  }

  /**
   * The permutations of five things; names as in Chughtai et al.'s code, 5d_a is that of shape (2,
   * 2, 1) and has character -1 at a transposition, 5d_b that of (3, 2).
   */
  static Group permutations() {
    return OfPermutations.KNOWN;
  }

  /** The residues modulo n, at least 2; names are frequencies. */
  static Group cyclic(int n) {
    Fourier fourier = new Fourier(n);
    int[] quotients = IntStream.range(0, n * n).map(i -> Math.floorMod(i / n - i % n, n)).toArray();
    return new Group(
        n,
        quotients,
        IntStream.rangeClosed(0, fourier.frequencies())
            .mapToObj(k -> Irreducible.of(fourier, k))
            .toList());
  }

  /** n. */
  int order() {
    return order;
  }

  /** The element x y^-1. */
  int quotient(int x, int y) {
    return quotients[x * order + y];
  }

  /** The trivial one first. */
  List<Irreducible> irreducibles() {
    return irreducibles;
  }

  /** All but the trivial one. */
  List<Irreducible> nontrivial() {
    return irreducibles.subList(1, irreducibles.size());
  }
}
