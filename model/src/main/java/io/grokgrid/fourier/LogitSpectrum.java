package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import io.grokgrid.fourier.Spectrum.Direction;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Of what functions of (a, b) the logits are, as shares of their variance over all pairs, all
 * classes together: {@code sum_share} of functions of a + b, {@code difference_share} of functions
 * of a - b (for subtraction the other way round: sum_share is always that of the answer), {@code
 * linear_share} of functions of one operand, {@code rest}, which mixes frequencies. With {@code .k}
 * behind them the parts of frequency k, for each k that is a unit's best, with a cluster or
 * without. {@code trig_ratio}: the share in functions of key frequencies (those with a cluster) of
 * the answer, mean over classes (Nanda et al. 2023, arXiv 2301.05217, released code).
 *
 * <p>The same of the units of the last hidden layer with {@code neuron_} in front; means over those
 * that are not constant.
 */
public final class LogitSpectrum implements Analysis {
  @Override
  public String name() {
    return "logit_spectrum";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Circuit.idle(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Circuit circuit = Circuit.of(subject);
    add(circuit, circuit.logits(), "", found);
    add(circuit, circuit.hidden(), "neuron_", found);
  }

  private static void add(Circuit circuit, Spectrum spectrum, String prefix, Findings found) {
    for (int k : circuit.argmaxFrequencies()) {
      found.add(prefix + "sum_share." + k, share(spectrum, k, Direction.ANSWER));
      found.add(prefix + "difference_share." + k, share(spectrum, k, Direction.OTHER));
      found.add(prefix + "linear_share." + k, linearShare(spectrum, k));
    }
    NavigableSet<Integer> all = circuit.allFrequencies();
    double sum = total(all, k -> share(spectrum, k, Direction.ANSWER));
    double difference = total(all, k -> share(spectrum, k, Direction.OTHER));
    double linear = total(all, k -> linearShare(spectrum, k));
    found.add(prefix + "sum_share", sum);
    found.add(prefix + "difference_share", difference);
    found.add(prefix + "linear_share", linear);
    found.add(prefix + "rest", 1 - sum - difference - linear);
    found.add(prefix + "trig_ratio", trigRatio(spectrum, circuit.keyFrequencies()));
  }

  private static double share(Spectrum spectrum, int k, Direction direction) {
    return spectrum.energy(direction, k) / spectrum.variance();
  }

  private static double linearShare(Spectrum spectrum, int k) {
    return share(spectrum, k, Direction.LEFT) + share(spectrum, k, Direction.RIGHT);
  }

  private static double total(Collection<Integer> frequencies, IntToDoubleFunction of) {
    return frequencies.stream().mapToDouble(of::applyAsDouble).sum();
  }

  private static double trigRatio(Spectrum spectrum, Collection<Integer> keys) {
    return IntStream.range(0, spectrum.columns())
        .filter(column -> spectrum.variance(column) != 0)
        .mapToDouble(
            column ->
                total(keys, k -> spectrum.energy(Direction.ANSWER, k, column))
                    / spectrum.variance(column))
        .average()
        .orElse(Double.NaN);
  }
}
