package io.grokgrid.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much of functions on the permutations of five things depends on cosets alone. With G the
 * (120, 120) matrix of sums of products f(x) f(y) over the functions f, each less its mean, the
 * means of the cosets of H have of their squares the share R = sum over cosets of (sum of G over
 * the coset) / |H| / trace G.
 */
final class CosetShares {
  /** The most cosets that are few: subgroups with more are not looked at. */
  static final int MOST = 30;

  private final List<SubgroupClass> classes;
  private final List<List<int[]>> right = new ArrayList<>(); // of each class, by subgroup
  private final List<List<int[]>> left = new ArrayList<>();

  /** Made when it is first asked for. */
  private static final class Known {
    static final CosetShares SHARES = new CosetShares(new Permutations());

    private Known() {}
  }

  private CosetShares(Permutations group) {
    classes =
        SubgroupClass.all(group).stream().filter(c -> c.index() > 1 && c.index() <= MOST).toList();
    for (SubgroupClass of : classes) {
      right.add(of.conjugates().stream().map(h -> h.rightCosets(group)).toList());
      left.add(of.conjugates().stream().map(h -> h.leftCosets(group)).toList());
    }
  }

  static CosetShares known() {
    return Known.SHARES;
  }

  /** The classes of subgroups looked at, the largest groups first: index 2 to {@link #MOST}. */
  List<SubgroupClass> classes() {
    return classes;
  }

  /**
   * R of each class of {@link #classes} by cosets H g: of that subgroup of it that has the largest.
   *
   * @param gram G, of functions less their mean; its trace is above 0
   */
  double[] byRight(double[] gram) {
    return explained(gram, right);
  }

  /** The same by cosets g H. */
  double[] byLeft(double[] gram) {
    return explained(gram, left);
  }

  private double[] explained(double[] gram, List<List<int[]>> cosets) {
    double trace = trace(gram);
    double[] best = new double[classes.size()];
    for (int i = 0; i < best.length; i++) {
      int order = classes.get(i).order();
      for (int[] of : cosets.get(i)) {
        double between = (trace + 2 * apart(gram, of, order)) / order;
        best[i] = Math.max(best[i], between / trace);
      }
    }
    return best;
  }

  /** Of G: the sum of squares. */
  static double trace(double[] gram) {
    double trace = 0;
    for (int i = 0; i < gram.length; i += Permutations.ORDER + 1) {
      trace += gram[i];
    }
    return trace;
  }

  /** The sum of G over all pairs of two members of the same coset, each pair once. */
  private static double apart(double[] gram, int[] cosets, int order) {
    double sum = 0;
    for (int from = 0; from < cosets.length; from += order) {
      for (int x = from + 1; x < from + order; x++) {
        int row = cosets[x] * Permutations.ORDER;
        for (int y = from; y < x; y++) {
          sum += gram[row + cosets[y]];
        }
      }
    }
    return sum;
  }

  /**
   * R less what chance has: 1 - (1 - R) 119 / (120 - index), 0 in the mean for functions drawn at
   * random.
   *
   * @param index how many cosets, below 120
   */
  static double corrected(double explained, int index) {
    return 1 - (1 - explained) * (Permutations.ORDER - 1) / (Permutations.ORDER - index);
  }

  /** The smallest of index x (1 - R): C_H, sum of the cosets' variances over the variance. */
  double concentration(double[] explained) {
    double[] all = new double[explained.length];
    Arrays.setAll(all, i -> classes.get(i).index() * Math.max(0, 1 - explained[i]));
    return Arrays.stream(all).min().orElse(Double.NaN);
  }
}
