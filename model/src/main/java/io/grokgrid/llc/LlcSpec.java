package io.grokgrid.llc;

import io.grokgrid.base.Check;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * How a local learning coefficient is estimated; sources of the defaults are in {@code
 * reference.conf}.
 *
 * @param sampler how chains move
 * @param stepSize epsilon
 * @param localization gamma, of the term gamma / 2 |w - w0|^2
 * @param nBeta inverse temperature times examples; {@link #BY_EXAMPLES}: see {@link #forExamples}
 * @param chains how many, all from w0
 * @param draws of each chain, after its burn-in
 * @param burnIn draws of each chain that are left out
 * @param batchSize examples a draw of sgld; 0 is all
 * @param seed of everything random
 * @param label of estimates with these settings, to keep them beside others of the same store
 */
public record LlcSpec(
    Sampler sampler,
    double stepSize,
    double localization,
    double nBeta,
    int chains,
    int draws,
    int burnIn,
    int batchSize,
    long seed,
    String label)
    implements Serializable {
  /**
   * sgld: stochastic gradient Langevin dynamics (Welling and Teh 2011), every move made; mala:
   * moves are accepted or rejected so that the temperature is exact (Roberts and Tweedie 1996).
   */
  public enum Sampler {
    SGLD,
    MALA
  }

  /** The n_beta that is worked out from the examples of a run. */
  public static final double BY_EXAMPLES = 0;

  /** What bounds the memory: a chain keeps its losses. */
  private static final int MOST_DRAWS = 10_000_000;

  private static final int MOST_CHAINS = 10_000;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]*");

  public LlcSpec {
    new Check()
        .positive("step_size", stepSize)
        .atLeast("localization", localization, 0)
        .atLeast("n_beta", nBeta, 0)
        .between("chains", chains, 1, MOST_CHAINS)
        .between("draws", draws, 1, MOST_DRAWS)
        .between("burn_in", burnIn, 0, MOST_DRAWS)
        .atLeast("batch_size", batchSize, 0)
        .that(
            batchSize == 0 || sampler != Sampler.MALA,
            "batch_size",
            "must be 0 for sampler = mala, which accepts by the loss of all examples",
            batchSize)
        .that(
            LABEL.matcher(label).matches(),
            "label",
            "must be of a-z, 0-9 and _",
            "\"" + label + "\"")
        .done();
  }

  /** Without a label. */
  public LlcSpec(
      Sampler sampler,
      double stepSize,
      double localization,
      double nBeta,
      int chains,
      int draws,
      int burnIn,
      int batchSize,
      long seed) {
    this(sampler, stepSize, localization, nBeta, chains, draws, burnIn, batchSize, seed, "");
  }

  /**
   * The same where n_beta is a number: n / ln n where it was 0, at which a Bayesian posterior gives
   * the coefficient (Watanabe 2013, the widely applicable Bayesian information criterion).
   *
   * @param examples n
   * @throws io.grokgrid.base.Refused if they are too few, or fewer than a batch takes
   */
  public LlcSpec forExamples(int examples) {
    new Check()
        .that(
            nBeta > 0 || examples > 1, "n_beta", "must be above 0 for a loss of no examples", nBeta)
        .that(
            batchSize <= examples,
            "batch_size",
            "must be at most the number of training examples, " + examples,
            batchSize)
        .done();
    double known = nBeta > 0 ? nBeta : examples / Math.log(examples);
    return new LlcSpec(
        sampler, stepSize, localization, known, chains, draws, burnIn, batchSize, seed, label);
  }

  /** The same with other numbers of the three that a calibration varies. */
  public LlcSpec with(double otherStepSize, double otherNBeta, double otherLocalization) {
    return new LlcSpec(
        sampler,
        otherStepSize,
        otherLocalization,
        otherNBeta,
        chains,
        draws,
        burnIn,
        batchSize,
        seed,
        label);
  }

  /** Draws of a chain, those of its burn-in included. */
  int steps() {
    return burnIn + draws;
  }
}
