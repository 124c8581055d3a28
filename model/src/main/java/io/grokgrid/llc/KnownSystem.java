package io.grokgrid.llc;

import io.grokgrid.llc.LinearNetwork.Coefficient;
import io.grokgrid.llc.LlcSpec.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A loss whose coefficient is known exactly, with the settings that an estimate of it is made with.
 *
 * @param name for people; systems that differ in n_beta alone have the same, the warmer first
 * @param potential makes one
 * @param start w0, a minimum
 * @param spec with n_beta as a number
 * @param exact what the estimate should be
 * @param rule how near it has to come
 */
public record KnownSystem(
    String name,
    Supplier<Potential> potential,
    List<Double> start,
    LlcSpec spec,
    double exact,
    Rule rule) {
  /** How near an estimate has to come, relative. */
  public enum Rule {
    /** The expectation at these very settings is known. */
    CLOSED_FORM(0.02),
    /** The loss is quadratic across its minima, so that the temperature says little. */
    REGULAR(0.01),
    /** What the published examples are content with. */
    ROUGH(0.1),
    /** Too low by what the temperature takes away. */
    WARM(1),
    /** Likewise by less than the warmer. */
    COLD(0.12),
    /** There is no estimate: chains leave for infinity. */
    DIVERGES(0);

    private final double most;

    Rule(double most) {
      this.most = most;
    }

    /** The largest relative error. */
    public double most() {
      return most;
    }
  }

  private static final int CHAINS = 20;
  private static final int DRAWS = 30_000;
  private static final int BURN_IN = 5000;
  private static final double[] CURVATURES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  private static final double WARM_N_BETA = 100;
  private static final double REGULAR_N_BETA = 1000;
  private static final double COLD_N_BETA = 1e4;

  /** All that a self-test is made of. */
  public static List<KnownSystem> all() {
    List<KnownSystem> all = new ArrayList<>();
    all.add(quadratic(Sampler.SGLD, 1e-3, 100, 10));
    all.add(quadratic(Sampler.SGLD, 2e-3, 10, 100));
    all.add(quadratic(Sampler.SGLD, 3e-3, 0, 100));
    all.add(quadratic(Sampler.SGLD, 0.3, 1, 1));
    all.add(quadratic(Sampler.SGLD, 4.4e-3, 0, 100));
    all.add(quadratic(Sampler.SGLD, 0.1, 100, 10));
    all.add(quadratic(Sampler.MALA, 1e-3, 0, 100));
    all.add(quadratic(Sampler.MALA, 1e-3, 100, 100));
    all.add(quadratic(Sampler.MALA, 1e-2, 100, 10));
    for (int[] powers : new int[][] {{4}, {6}, {2, 4, 6}}) {
      double exact = Arrays.stream(powers).mapToDouble(power -> 1.0 / power).sum();
      all.add(polynomial(powers(powers), () -> Polynomial.powers(powers), 0.01, exact));
    }
    all.add(crossing(List.of(1.0, 0.0), COLD_N_BETA, 3e-5, 10, Rule.ROUGH, 1, 1));
    all.add(crossedAtOrigin());
    addCrossing(all, 2, 1);
    addCrossing(all, 3, 1);
    addLinear(all, 3, 3, 3, 3);
    addLinear(all, 3, 4, 3, 4);
    addLinear(all, 2, 2, 2, 2, 2);
    addLinear(all, 1, 4, 3, 4);
    addLinear(all, 1, 4, 2, 4);
    addLinear(all, 0, 3, 3, 3);
    addLinear(all, 1, 2, 3, 2);
    addLinear(all, 1, 3, 3, 3, 3);
    addLinear(all, 0, 3, 1, 3);
    return all;
  }

  private static LlcSpec spec(Sampler sampler, double stepSize, double gamma, double nBeta) {
    return new LlcSpec(sampler, stepSize, gamma, nBeta, CHAINS, DRAWS, BURN_IN, 0, 0);
  }

  /**
   * 1/2 sum of h_i x_i^2: with A_i = n_beta h_i + gamma the variance is 1 / A_i, of SGLD 1 / (A_i
   * (1 - epsilon A_i / 4)) while every epsilon A_i is below 4; the estimate is 1/2 sum of n_beta
   * h_i var_i.
   */
  static KnownSystem quadratic(Sampler sampler, double stepSize, double gamma, double nBeta) {
    double exact = 0;
    boolean isStable = true;
    for (double h : CURVATURES) {
      double a = nBeta * h + gamma;
      double slack = sampler == Sampler.SGLD ? 1 - stepSize * a / 4 : 1;
      isStable &= slack > 0;
      exact += 0.5 * nBeta * h / (a * slack);
    }
    return new KnownSystem(
        "10 squares, gamma " + gamma,
        () -> Polynomial.quadratic(CURVATURES),
        zeros(CURVATURES.length),
        spec(sampler, stepSize, gamma, nBeta),
        isStable ? exact : Double.NaN,
        isStable ? Rule.CLOSED_FORM : Rule.DIVERGES);
  }

  private static List<Double> zeros(int n) {
    return IntStream.range(0, n).mapToObj(i -> 0.0).toList();
  }

  private static String powers(int... powers) {
    return Arrays.stream(powers).mapToObj(p -> "w^" + p).collect(Collectors.joining(" + "));
  }

  /** Of these without gamma the estimate is the coefficient at any temperature. */
  private static KnownSystem polynomial(
      String name, Supplier<Potential> potential, double stepSize, double exact) {
    int d = potential.get().size();
    LlcSpec spec = spec(Sampler.MALA, stepSize, 0, WARM_N_BETA);
    return new KnownSystem(name, potential, zeros(d), spec, exact, Rule.CLOSED_FORM);
  }

  /** At both temperatures; at the origin one coefficient is the smallest of all nearby. */
  private static void addCrossing(List<KnownSystem> all, int... halfPowers) {
    List<Double> origin = zeros(halfPowers.length);
    all.add(crossing(origin, WARM_N_BETA, 1e-2, 1, Rule.WARM, halfPowers));
    all.add(crossing(origin, COLD_N_BETA, 5e-4, 1, Rule.COLD, halfPowers));
  }

  private static KnownSystem crossing(
      List<Double> start,
      double nBeta,
      double stepSize,
      double gamma,
      Rule rule,
      int... halfPowers) {
    String powers =
        Arrays.stream(halfPowers).mapToObj(k -> "w^" + 2 * k).collect(Collectors.joining(" "));
    String place = start.stream().map(x -> "" + x.intValue()).collect(Collectors.joining(", "));
    return new KnownSystem(
        powers + " at (" + place + ")",
        () -> Polynomial.crossing(halfPowers),
        start,
        spec(Sampler.MALA, stepSize, gamma, nBeta),
        0.5 / Arrays.stream(halfPowers).max().orElseThrow(),
        rule);
  }

  /**
   * x^2 y^2 at the origin, where an exact sampler comes within 10 % of 1/2 from n_beta 5e7 gamma^2
   * on only: beside what it gives at this n_beta.
   */
  private static KnownSystem crossedAtOrigin() {
    KnownSystem crossed = crossing(zeros(2), COLD_N_BETA, 3e-4, 1, Rule.ROUGH, 1, 1);
    return new KnownSystem(
        crossed.name + ", at this n_beta",
        crossed.potential,
        crossed.start,
        crossed.spec,
        crossed(COLD_N_BETA),
        crossed.rule);
  }

  /**
   * E[n x^2 y^2] over exp(-n x^2 y^2 - (x^2 + y^2) / 2): y is normal given x, so that it is the
   * mean of n x^2 / (1 + 2 n x^2) over x's density, exp(-x^2 / 2) / sqrt(1 + 2 n x^2); summed over
   * ln x.
   */
  static double crossed(double n) {
    double sum = 0;
    double norm = 0;
    for (double t = -30; t < 3; t += 1e-3) {
      double square = Math.exp(2 * t);
      double density = Math.exp(t - square / 2) / Math.sqrt(1 + 2 * n * square);
      norm += density;
      sum += density * n * square / (1 + 2 * n * square);
    }
    return sum / norm;
  }

  /** At both temperatures where the network is singular. */
  private static void addLinear(List<KnownSystem> all, int rank, int... widths) {
    Coefficient coefficient = LinearNetwork.coefficient(rank, widths);
    boolean isRegular = isRegular(rank, widths);
    if (isRegular) {
      all.add(linear(coefficient, 2e-4, REGULAR_N_BETA, Rule.REGULAR, rank, widths));
    } else {
      all.add(linear(coefficient, 2e-3, WARM_N_BETA, Rule.WARM, rank, widths));
      all.add(linear(coefficient, 3e-5, COLD_N_BETA, Rule.COLD, rank, widths));
    }
  }

  /** Whether some layer is so narrow that it is of full rank, as every other then is nearby. */
  private static boolean isRegular(int rank, int... widths) {
    return Arrays.stream(widths).min().orElseThrow() == rank;
  }

  private static KnownSystem linear(
      Coefficient coefficient, double stepSize, double nBeta, Rule rule, int rank, int... widths) {
    LinearNetwork network = new LinearNetwork(rank, widths);
    return new KnownSystem(
        "linear "
            + Arrays.stream(widths).mapToObj(Integer::toString).collect(Collectors.joining("-"))
            + ", rank "
            + rank,
        () -> new LinearNetwork(rank, widths),
        Arrays.stream(network.minimum()).boxed().toList(),
        spec(Sampler.MALA, stepSize, 1, nBeta),
        coefficient.lambda(),
        rule);
  }

  /** Makes the estimate; chains go to as many threads as there are, and give the same whatever. */
  public Estimate estimate() {
    double[] w0 = start.stream().mapToDouble(x -> x).toArray();
    Baseline baseline = Baseline.of(potential.get(), w0);
    List<Chain> chains =
        IntStream.range(0, spec.chains())
            .parallel()
            .mapToObj(i -> new Langevin(spec, potential.get(), w0, baseline.loss()).chain(i))
            .toList();
    return new Estimate(spec, baseline, w0.length, chains);
  }
}
