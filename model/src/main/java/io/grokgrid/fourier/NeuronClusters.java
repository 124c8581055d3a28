package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import io.grokgrid.fourier.Spectrum.Direction;
import io.grokgrid.math.Fourier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * Which units of the last hidden layer compute at which frequency (Nanda et al. 2023, arXiv
 * 2301.05217, section 5.1). Of each unit's variance over all pairs, frequency k explains a linear
 * share, functions of frequency k of one operand, and a quadratic share, products of one of each
 * operand. {@code argmax.k} counts the units whose best frequency is k, for every k that has one;
 * {@code size.k} those among them of which it explains at least 0.85, k's cluster; {@code
 * clustered} those of all clusters.
 *
 * <p>Of each cluster that has units: their mean {@code linear.k} and {@code quadratic.k}, their
 * share {@code variance.k} of the variance of all units, and with the unit ~ cos(w a + phi_a) +
 * cos(w b' + phi_b), w = 2 pi k / p, b' = b (or -b where the answer is a - b), and its row of the
 * readout ~ cos(w c + phi_out): the mean resultant lengths |mean exp(i theta)| of theta = phi_out -
 * phi_a - phi_b, {@code phase_alignment.k}, which is 1 at the largest margin (Morwani et al. 2023,
 * arXiv 2311.07568), and of phi_a - phi_b, {@code phase_difference.k}.
 */
public final class NeuronClusters implements Analysis {
  /**
   * Phases of one unit at its best frequency, radians in [-pi, pi]; NaN where nothing of that
   * frequency is there.
   *
   * @param unit of the last hidden layer
   * @param frequency k
   * @param left phi_a
   * @param right phi_b
   * @param out phi_out; NaN where logits are not read linearly
   */
  public record Phases(int unit, int frequency, double left, double right, double out) {}

  @Override
  public String name() {
    return "neuron_clusters";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Circuit.idleUnits(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Circuit circuit = Circuit.of(subject);
    List<Phases> phases = phases(subject);
    int clustered = 0;
    for (int k : circuit.argmaxFrequencies()) {
      int[] cluster = circuit.cluster(k);
      clustered += cluster.length;
      found.add("argmax." + k, circuit.unitsOf(k).length);
      found.add("size." + k, cluster.length);
      if (cluster.length > 0) {
        addShares(circuit.hidden(), k, cluster, found);
        addPhases(k, among(phases, cluster), found);
      }
    }
    found.add("clustered", clustered);
  }

  private static void addShares(Spectrum hidden, int k, int[] cluster, Findings found) {
    found.add("linear." + k, mean(cluster, unit -> hidden.linearShare(k, unit)));
    found.add("quadratic." + k, mean(cluster, unit -> hidden.quadraticShare(k, unit)));
    double variance = Arrays.stream(cluster).mapToDouble(hidden::variance).sum();
    found.add("variance." + k, variance / hidden.variance());
  }

  private static double mean(int[] units, IntToDoubleFunction of) {
    return Arrays.stream(units).mapToDouble(of).sum() / units.length;
  }

  private static List<Phases> among(List<Phases> phases, int[] units) {
    return phases.stream().filter(p -> Arrays.binarySearch(units, p.unit()) >= 0).toList();
  }

  private static void addPhases(int k, List<Phases> phases, Findings found) {
    found.add("phase_alignment." + k, meanCosine(phases, p -> p.out() - p.left() - p.right()));
    found.add("phase_difference." + k, resultant(phases, p -> p.left() - p.right()));
  }

  /** 1 where every angle is 0, -1 where every one is pi. */
  private static double meanCosine(List<Phases> phases, ToDoubleFunction<Phases> angle) {
    double cosines = phases.stream().mapToDouble(p -> Math.cos(angle.applyAsDouble(p))).sum();
    return cosines / phases.size();
  }

  private static double resultant(List<Phases> phases, ToDoubleFunction<Phases> angle) {
    double cosines = phases.stream().mapToDouble(p -> Math.cos(angle.applyAsDouble(p))).sum();
    double sines = phases.stream().mapToDouble(p -> Math.sin(angle.applyAsDouble(p))).sum();
    return Math.hypot(cosines, sines) / phases.size();
  }

  /** The phases of every unit that has a best frequency, by unit. */
  public static List<Phases> phases(Subject subject) {
    Circuit circuit = Circuit.of(subject);
    Spectrum hidden = circuit.hidden();
    double[] readout = readoutCoefficients(subject, circuit.fourier());
    List<Phases> all = new ArrayList<>();
    for (int unit = 0; unit < hidden.columns(); unit++) {
      int k = circuit.best(unit);
      if (k > 0) {
        int at = unit;
        IntToDoubleFunction left = row -> hidden.coefficient(Direction.LEFT, row, at);
        IntToDoubleFunction right = row -> hidden.coefficient(Direction.RIGHT, row, at);
        IntToDoubleFunction out = row -> readout[at * subject.n() + row];
        Fourier fourier = circuit.fourier();
        all.add(
            new Phases(
                unit,
                k,
                phase(fourier, k, left),
                phase(fourier, k, right),
                phase(fourier, k, out)));
      }
    }
    return all;
  }

  /** W_L F^T: (F, n), NaN where logits are not read linearly. */
  private static double[] readoutCoefficients(Subject subject, Fourier fourier) {
    int n = subject.n();
    int units = subject.hiddenWidth();
    if (!subject.isReadLinearly()) {
      double[] unknown = new double[units * n];
      Arrays.fill(unknown, Double.NaN);
      return unknown;
    }
    return subject
        .matrices()
        .productWithTransposed(subject.readout(), fourier.basis(), units, n, n);
  }

  /** phi of A cos(w x) + B sin(w x) = R cos(w x + phi), given by row of the basis. */
  private static double phase(Fourier fourier, int k, IntToDoubleFunction ofRow) {
    double cosine = ofRow.applyAsDouble(Fourier.cosine(k));
    double sine = fourier.hasSine(k) ? ofRow.applyAsDouble(Fourier.cosine(k) + 1) : 0;
    return cosine == 0 && sine == 0 ? Double.NaN : Math.atan2(-sine, cosine);
  }
}
