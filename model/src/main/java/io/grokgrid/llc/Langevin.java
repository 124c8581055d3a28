package io.grokgrid.llc;

import io.grokgrid.base.Check;
import io.grokgrid.base.Randomness;
import io.grokgrid.llc.LlcSpec.Sampler;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Draws chains from exp(-U), U(w) = n_beta L(w) + gamma / 2 |w - w0|^2, that start at w0. A move
 * goes to
 *
 * <pre>w' = w - epsilon / 2 grad U(w) + sqrt(epsilon) x,   x standard normal</pre>
 *
 * <p>SGLD makes every move (Welling and Teh 2011, as devinterp has it), possibly with the gradient
 * of a mini batch. MALA makes it with probability min(1, exp(U(w) - U(w') + log q(w | w') - log
 * q(w' | w))), q the density of moves, and else stays (Roberts and Tweedie 1996); what the
 * probability would be is seen of SGLD's moves on full batches too. A draw's loss is that before
 * its move, the first of all L(w0); mini batches give their own.
 *
 * <p>Positions are float64, so that no step is lost to rounding, whatever the loss computes in.
 * Random numbers are a function of (seed, chain, step) alone. An instance keeps work arrays.
 */
public final class Langevin {
  /**
   * A chain has diverged when n_beta (L - L(w0)) is above this many times d. No coefficient is
   * above d / 2, and draws of SGLD at 0.95 of its largest stable step are about 20 times as high.
   */
  private static final double MOST_EXCESS = 1000;

  /** Random numbers from a step's to the next one's: no step takes as many. */
  private static final long APART = 1L << 32;

  private final LlcSpec spec;
  private final Potential potential;
  private final double[] start;
  private final double most;
  private final int[] examples;
  private final double[] noise;
  private double[] w;
  private double[] gradient;
  private double[] nextW;
  private double[] nextGradient;
  private double product;
  private double distance;

  /**
   * @param spec with n_beta as a number, {@link LlcSpec#forExamples}
   * @param start w0, (d), taken over
   * @param baseline L(w0) over all examples
   * @throws io.grokgrid.base.Refused if mini batches are asked of a loss without examples
   */
  public Langevin(LlcSpec spec, Potential potential, double[] start, double baseline) {
    new Check()
        .positive("n_beta", spec.nBeta())
        .that(
            spec.batchSize() == 0 || potential instanceof Potential.OfExamples,
            "batch_size",
            "must be 0 for a loss of no examples",
            spec.batchSize())
        .done();
    this.spec = spec;
    this.potential = potential;
    this.start = start;
    most = baseline + MOST_EXCESS * start.length / spec.nBeta();
    examples = potential instanceof Potential.OfExamples of ? new int[of.examples()] : new int[0];
    noise = new double[start.length];
    w = new double[start.length];
    gradient = new double[start.length];
    nextW = new double[start.length];
    nextGradient = new double[start.length];
  }

  /** A whole chain. */
  public Chain chain(int number) {
    return chain(number, step -> true).orElseThrow();
  }

  /**
   * A chain.
   *
   * @param number from 0; any chains in any order give the same
   * @param goOn asked before every draw, with how many there are
   * @return nothing if {@code goOn} ended it
   */
  public Optional<Chain> chain(int number, IntPredicate goOn) {
    Chain chain = new Chain(number, spec);
    Randomness random = Randomness.stream(spec.seed(), "llc/chain/" + number);
    @Nullable Randomness batches =
        spec.batchSize() == 0 ? null : Randomness.stream(spec.seed(), "llc/batch/" + number);
    w = start.clone();
    double loss = differentiate(w, gradient, batches, 0);
    for (int step = 0; step < spec.steps(); step++) {
      if (!goOn.test(step)) {
        return Optional.empty();
      }
      if (!isSane(loss)) {
        chain.diverge();
        return Optional.of(chain);
      }
      propose(random.after(APART * step + 1));
      chain.add(loss, distance, product);
      if (step + 1 < spec.steps()) {
        double next = differentiate(nextW, nextGradient, batches, step + 1);
        double rise = batches == null ? logRatio(loss, next) : Double.NaN;
        if (batches == null) {
          chain.addMove(rise >= 0 ? 1 : rise < 0 ? StrictMath.exp(rise) : 0);
        }
        if (spec.sampler() == Sampler.SGLD || accepts(rise, random.after(APART * step))) {
          move();
          loss = next;
        }
      }
    }
    return Optional.of(chain);
  }

  private boolean isSane(double loss) {
    return loss <= most && loss > Double.NEGATIVE_INFINITY; // false of NaN
  }

  /** A probability that is none, as where the loss is not finite, accepts nothing. */
  private static boolean accepts(double logRatio, Randomness random) {
    return StrictMath.log(1 - random.nextDouble()) < logRatio;
  }

  private double differentiate(double[] at, double[] to, @Nullable Randomness batches, int step) {
    if (batches == null || !(potential instanceof Potential.OfExamples of)) {
      return potential.differentiate(at, to);
    }
    return of.differentiate(at, to, batch(batches.after(APART * step)));
  }

  /** Without replacement. */
  private int[] batch(Randomness random) {
    Arrays.setAll(examples, i -> i);
    int[] chosen = new int[spec.batchSize()];
    for (int i = 0; i < chosen.length; i++) {
      int other = i + random.nextInt(examples.length - i);
      chosen[i] = examples[other];
      examples[other] = examples[i];
    }
    return chosen;
  }

  /** Where the next move goes to, and what is seen of the place where it starts. */
  private void propose(Randomness random) {
    Ziggurat.fill(noise, random);
    double half = -0.5 * spec.stepSize();
    double root = Math.sqrt(spec.stepSize());
    double nBeta = spec.nBeta();
    double gamma = spec.localization();
    product = 0;
    distance = 0;
    for (int i = 0; i < w.length; i++) {
      double away = w[i] - start[i];
      double loss = nBeta * gradient[i];
      double all = loss + gamma * away;
      nextW[i] = w[i] + half * all + root * noise[i];
      distance += away * away;
      product += loss * all;
    }
  }

  /**
   * U(w) - U(w') + log q(w | w') - log q(w' | w). With a = sqrt(epsilon) / 2 (grad U(w) + grad
   * U(w')) the densities' part is the sum of a (x - a / 2).
   */
  private double logRatio(double loss, double next) {
    double half = 0.5 * Math.sqrt(spec.stepSize());
    double nBeta = spec.nBeta();
    double gamma = spec.localization();
    double densities = 0;
    double squares = 0;
    for (int i = 0; i < w.length; i++) {
      double away = w[i] - start[i];
      double nextAway = nextW[i] - start[i];
      double a = half * (nBeta * (gradient[i] + nextGradient[i]) + gamma * (away + nextAway));
      densities += a * (noise[i] - 0.5 * a);
      squares += nextAway * nextAway;
    }
    return nBeta * (loss - next) + 0.5 * gamma * (distance - squares) + densities;
  }

  private void move() {
    double[] swapped = w;
    w = nextW;
    nextW = swapped;
    swapped = gradient;
    gradient = nextGradient;
    nextGradient = swapped;
  }
}
