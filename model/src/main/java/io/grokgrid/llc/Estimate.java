package io.grokgrid.llc;

import io.grokgrid.math.Statistics;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Milestones;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The local learning coefficient of a checkpoint, from its chains: n_beta (mean loss of the draws -
 * L(w0)) of each, and their mean (Lau et al. 2023), with all that tells whether it is one.
 */
public final class Estimate implements Serializable {
  private static final long serialVersionUID = 1;

  /** The name of the analysis. */
  public static final String ANALYSIS = "llc";

  /** Points of the trace of losses at most. */
  private static final int POINTS = 50;

  private final LlcSpec spec;
  private final Baseline baseline;
  private final int parameters;
  private final List<Chain> all;
  private final List<Chain> chains;
  private final double[] means;
  private final double rHat;
  private final double samples;
  private final double error;

  /**
   * From a checkpoint's chains.
   *
   * @param spec with n_beta as a number, {@link LlcSpec#forExamples}
   * @param parameters d
   * @param drawn in any order, each once
   */
  public Estimate(LlcSpec spec, Baseline baseline, int parameters, List<Chain> drawn) {
    this.spec = spec;
    this.baseline = baseline;
    this.parameters = parameters;
    all = drawn.stream().sorted(Comparator.comparingInt(Chain::number)).toList();
    chains = all.stream().filter(chain -> !chain.hasDiverged()).toList();
    means = all.stream().mapToDouble(this::ofChain).toArray();
    boolean isShort = chains.isEmpty() || spec.draws() < Verdict.FEWEST_DRAWS;
    Mixing mixing = new Mixing(isShort ? List.of(new double[4]) : losses());
    rHat = mixing.rHat();
    samples = mixing.effectiveSamples();
    error = spec.nBeta() * mixing.deviation() / Math.sqrt(samples);
  }

  private List<double[]> losses() {
    return chains.stream().map(Chain::losses).toList();
  }

  private double ofChain(Chain chain) {
    return chain.hasDiverged()
        ? Double.NaN
        : spec.nBeta() * (Statistics.mean(chain.losses()) - baseline.loss());
  }

  /** The coefficient; NaN without a sound {@link #verdict}. */
  public double mean() {
    return verdict() == Verdict.SOUND ? unverifiedMean() : Double.NaN;
  }

  /** What the chains that did not diverge give, whatever the verdict. */
  public double unverifiedMean() {
    return Statistics.mean(ofSurvivors());
  }

  private double[] ofSurvivors() {
    return Arrays.stream(means).filter(Double::isFinite).toArray();
  }

  public Verdict verdict() {
    double estimate = unverifiedMean();
    if (chains.size() < all.size() || !Double.isFinite(estimate)) {
      return Verdict.DIVERGED;
    }
    if (!isAroundAMinimum(estimate)) {
      return Verdict.NOT_A_MINIMUM;
    }
    if (spec.draws() < Verdict.FEWEST_DRAWS) {
      return Verdict.TOO_SHORT;
    }
    if (!(rHat <= Verdict.MOST_R_HAT)) {
      return Verdict.UNMIXED;
    }
    boolean isPrecise = samples >= Verdict.FEWEST_SAMPLES && error <= Verdict.MOST_ERROR * estimate;
    return isPrecise ? Verdict.SOUND : Verdict.TOO_SHORT;
  }

  private boolean isAroundAMinimum(double estimate) {
    return baseline.accuracy() >= Milestones.REACHED
        && estimate > 0
        && lowered() <= Verdict.MOST_LOWERED * estimate
        && !isOftenBelow();
  }

  /** A mini batch's loss can be below L(w0) anywhere. */
  private boolean isOftenBelow() {
    return spec.batchSize() == 0 && below() > Verdict.MOST_BELOW;
  }

  /** Split R-hat of the draws' losses, see {@link Mixing}. */
  public double rHat() {
    return rHat;
  }

  /** Monte-Carlo standard error of {@link #unverifiedMean}. */
  public double error() {
    return error;
  }

  /** Mean over chains of the probability with which a Metropolis-adjusted chain moves. */
  public double acceptance() {
    return average(Chain::acceptance);
  }

  private double average(ToDoubleFunction<Chain> of) {
    return chains.stream().mapToDouble(of).average().orElse(Double.NaN);
  }

  /** How much of the coefficient is missing because descent from w0 leads lower. */
  private double lowered() {
    return spec.nBeta() * (baseline.loss() - baseline.lower());
  }

  /** Share of draws whose loss is below L(w0). */
  private double below() {
    return average(
        chain ->
            Arrays.stream(chain.losses()).filter(loss -> loss < baseline.loss()).count()
                / (double) spec.draws());
  }

  /**
   * The fraction of dimensions in which the term of gamma holds the draws rather than the loss:
   * gamma E|w - w0|^2 / d. For a quadratic loss with curvatures h it is the mean of gamma / (n_beta
   * h + gamma), because then each direction's variance is 1 / (n_beta h + gamma).
   */
  private double localized() {
    return spec.localization() * average(Chain::meanSquaredDistance) / parameters;
  }

  /**
   * What the step size of SGLD adds to the estimate: epsilon / 8 E[grad U . n_beta grad L]. For a
   * quadratic loss with A = n_beta h + gamma it is exactly that: the variance is 1 / (A (1 -
   * epsilon A / 4)), so epsilon / 4 A var is what var A exceeds 1 by.
   */
  public double discretization() {
    return spec.sampler() == LlcSpec.Sampler.SGLD
        ? spec.stepSize() / 8 * average(Chain::stiffness)
        : 0;
  }

  /**
   * Everything that is kept, in units of the coefficient where nothing else is said: {@code mean};
   * {@code unverified_mean}; {@code std}, over chains, ddof 1; {@code chain.i}; {@code
   * diverged_chains}; {@code acceptance}, a probability; {@code r_hat}; {@code effective_samples};
   * {@code error}, Monte Carlo's, of the mean; {@code below_baseline}, a share; {@code
   * baseline_loss}, nats; {@code train_accuracy} and {@code gradient_norm}, at w0; {@code lowered},
   * what descent from w0 says is missing; {@code distance}, root of the mean of |w - w0|^2, and
   * {@code last_distance}; {@code localized}, a share; {@code discretization}, what SGLD's step
   * size adds; {@code verdict.V} = 1 for the one that holds; {@code n_beta}; and {@code loss.i},
   * nats, the mean over chains at draw i. What is not defined is NaN.
   */
  public List<Measurement> measurements(int step) {
    List<Measurement> found = new ArrayList<>();
    add(found, step, "mean", mean());
    add(found, step, "unverified_mean", unverifiedMean());
    add(found, step, "std", Statistics.sampleDeviation(ofSurvivors()));
    for (int i = 0; i < means.length; i++) {
      add(found, step, "chain." + all.get(i).number(), means[i]);
    }
    add(found, step, "diverged_chains", (double) all.size() - chains.size());
    add(found, step, "acceptance", acceptance());
    add(found, step, "r_hat", rHat);
    add(found, step, "effective_samples", samples);
    add(found, step, "error", error);
    add(found, step, "below_baseline", below());
    add(found, step, "baseline_loss", baseline.loss());
    add(found, step, "train_accuracy", baseline.accuracy());
    add(found, step, "gradient_norm", baseline.gradientNorm());
    add(found, step, "lowered", lowered());
    add(found, step, "distance", Math.sqrt(average(Chain::meanSquaredDistance)));
    add(found, step, "last_distance", average(Chain::lastDistance));
    add(found, step, "localized", localized());
    add(found, step, "discretization", discretization());
    add(found, step, "verdict." + verdict().label(), 1);
    add(found, step, "n_beta", spec.nBeta());
    addTrace(found, step);
    return found;
  }

  private static void add(List<Measurement> found, int step, String name, double value) {
    found.add(new Measurement(step, ANALYSIS, name, value));
  }

  private void addTrace(List<Measurement> found, int step) {
    List<double[]> traces = chains.stream().map(Chain::trace).toList();
    int points = chains.isEmpty() ? 0 : Math.min(POINTS, spec.steps());
    for (int i = 0; i < points; i++) {
      int draw = (int) ((long) i * spec.steps() / points);
      double loss = traces.stream().mapToDouble(trace -> trace[draw]).average().orElseThrow();
      add(found, step, "loss." + draw, loss);
    }
  }
}
