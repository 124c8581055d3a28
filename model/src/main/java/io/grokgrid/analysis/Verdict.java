package io.grokgrid.analysis;

/**
 * Which of the two algorithms of Zhong et al. 2023 (arXiv 2306.17844) a network that has learned to
 * add is like. Of one that has not, it says nothing: as it is drawn, it can look like a clock.
 */
public enum Verdict {
  /** Depends on a - b, and treats the operands differently. */
  CLOCK,
  /** Does not depend on a - b, and treats the operands alike. */
  PIZZA,
  /** Neither altogether, or one of the two measures is not defined. */
  NEITHER;

  /**
   * The distance irrelevance of the correct logit below which the paper's networks are pizzas, and
   * from which on clocks.
   */
  public static final double DISTANCE_IRRELEVANCE = 0.4;

  /**
   * The gradient symmetricity from which on a network is taken to treat its operands alike. Not the
   * paper's: between the .99 of a re-implementation's networks of constant attention and the .41 to
   * .75 of those of full attention.
   */
  public static final double GRADIENT_SYMMETRICITY = 0.9;

  /** By {@code gradient_symmetricity mean} and {@code distance_irrelevance correct_logit}. */
  public static Verdict of(double gradientSymmetricity, double distanceIrrelevance) {
    if (gradientSymmetricity >= GRADIENT_SYMMETRICITY
        && distanceIrrelevance < DISTANCE_IRRELEVANCE) {
      return PIZZA;
    }
    return gradientSymmetricity < GRADIENT_SYMMETRICITY
            && distanceIrrelevance >= DISTANCE_IRRELEVANCE
        ? CLOCK
        : NEITHER;
  }
}
