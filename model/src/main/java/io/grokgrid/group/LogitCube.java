package io.grokgrid.group;

import java.util.Arrays;

/**
 * Logits over all pairs (a, b) of a group's elements and all classes c, centred over the classes,
 * against the cubes chi(y c^-1) of characters chi, with y the right answer to (a, b): for a b that
 * is tr(rho(a) rho(b) rho(c^-1)) (Chughtai et al. 2023, arXiv 2302.03025), for a b a^-1 and a b a
 * likewise with one factor more. The cubes of different representations are orthogonal.
 *
 * <p>A cube is a function of y c^-1, here called a part: (n), by element.
 */
final class LogitCube {
  /** Similarity from which on a representation is called key, itself excluded (their code). */
  static final double KEY = 0.005;

  private final Group group;
  private final int[] answers; // (n^2)
  private final double[] centred; // (n^2, n)
  private final double[] sums; // (n), of centred logits by y c^-1
  private final double norm;

  /**
   * Of logits.
   *
   * @param logits (n^2, n)
   * @param answers (n^2), the right ones, one to each pair
   */
  LogitCube(Group group, double[] logits, int[] answers) {
    this.group = group;
    this.answers = answers;
    int n = group.order();
    centred = new double[logits.length];
    sums = new double[n];
    double squares = 0;
    for (int pair = 0; pair < answers.length; pair++) {
      double mean = Arrays.stream(logits, pair * n, pair * n + n).sum() / n;
      for (int c = 0; c < n; c++) {
        double x = logits[pair * n + c] - mean;
        centred[pair * n + c] = x;
        sums[group.quotient(answers[pair], c)] += x;
        squares += x * x;
      }
    }
    norm = Math.sqrt(squares);
  }

  /** Cosine of the angle between the centred logits and the cube; NaN where these are 0. */
  double similarity(Irreducible of) {
    double length = Math.sqrt(dot(of.character(), of.character()) * answers.length);
    return dot(of.character(), sums) / (length * norm);
  }

  /** Whether the similarity is above {@link #KEY}. */
  boolean isKey(Irreducible of) {
    return similarity(of) > KEY;
  }

  /** What the centred logits have of the cube: similarity x norm x the cube at length 1. */
  double[] part(Irreducible of) {
    double[] character = of.character();
    double share = dot(character, sums) / (dot(character, character) * answers.length);
    double[] part = new double[character.length];
    for (int u = 0; u < part.length; u++) {
      part[u] = share * character[u];
    }
    return part;
  }

  /** The sum of the parts of all key representations; 0 without one, NaN if a logit is. */
  double[] keyPart() {
    double[] sum = new double[group.order()];
    for (Irreducible irreducible : group.nontrivial()) {
      double[] part = part(irreducible);
      double kept = isKey(irreducible) ? 1 : 0;
      for (int u = 0; u < sum.length; u++) {
        sum[u] += kept * part[u];
      }
    }
    return sum;
  }

  /** The share of the centred logits' squares that all nontrivial cubes together have. */
  double explained() {
    double[] similarities = group.nontrivial().stream().mapToDouble(this::similarity).toArray();
    return dot(similarities, similarities);
  }

  /** A part as logits: (n^2, n). */
  double[] restricted(double[] part) {
    int n = group.order();
    double[] logits = new double[centred.length];
    for (int pair = 0; pair < answers.length; pair++) {
      for (int c = 0; c < n; c++) {
        logits[pair * n + c] = part[group.quotient(answers[pair], c)];
      }
    }
    return logits;
  }

  /** The centred logits without a part: (n^2, n). */
  double[] excluded(double[] part) {
    double[] logits = restricted(part);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = centred[i] - logits[i];
    }
    return logits;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
