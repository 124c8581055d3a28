package io.grokgrid.fourier;

import io.grokgrid.analysis.Subject;
import io.grokgrid.math.Fourier;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The spectra of a network's logits and of the units of its last hidden layer, and the frequencies
 * that these have. A unit's best frequency is the one that {@linkplain Spectrum#explained explains}
 * most of its variance; a unit that is constant has none. A unit of which it explains at least
 * {@value #THRESHOLD} is in that frequency's cluster (Nanda et al. 2023, arXiv 2301.05217, section
 * 5.1).
 */
final class Circuit {
  static final double THRESHOLD = 0.85;

  private final Fourier fourier;
  private final Spectrum logits;
  private final Spectrum hidden;
  private final int[] best; // (F), 0 where there is none

  private Circuit(Subject subject) {
    fourier = new Fourier(subject.n());
    int sign = subject.cyclicSign();
    logits = new Spectrum(fourier, subject.logits(), sign, subject.matrices());
    hidden = new Spectrum(fourier, subject.hidden(), sign, subject.matrices());
    best = IntStream.range(0, hidden.columns()).map(this::findBest).toArray();
  }

  /** A network's, made once. */
  static Circuit of(Subject subject) {
    return subject.shared(Circuit.class, Circuit::new);
  }

  /** Why a network has none. */
  static Optional<String> idle(Subject subject) {
    return subject.cyclicSign() == 0
        ? Optional.of("needs addition or subtraction modulo p")
        : Optional.empty();
  }

  /** Why its units say nothing one by one. */
  static Optional<String> idleUnits(Subject subject) {
    Optional<String> reason = idle(subject);
    return reason.isEmpty() && subject.model().attentionLayers() > 1
        ? Optional.of("needs no more than one layer of attention")
        : reason;
  }

  private int findBest(int unit) {
    int found = 0;
    double most = 0;
    for (int k = 1; k <= fourier.frequencies(); k++) {
      double explained = hidden.explained(k, unit);
      if (explained > most) {
        most = explained;
        found = k;
      }
    }
    return found;
  }

  Fourier fourier() {
    return fourier;
  }

  /** m = n classes. */
  Spectrum logits() {
    return logits;
  }

  /** m = F units. */
  Spectrum hidden() {
    return hidden;
  }

  /** A unit's best frequency; 0 where it has none. */
  int best(int unit) {
    return best[unit];
  }

  /** Units whose best frequency is k, ascending. */
  int[] unitsOf(int k) {
    return IntStream.range(0, best.length).filter(unit -> best[unit] == k).toArray();
  }

  /** The units of frequency k's cluster, ascending. */
  int[] cluster(int k) {
    return IntStream.range(0, best.length)
        .filter(unit -> best[unit] == k && isClustered(unit))
        .toArray();
  }

  /** The units of no cluster, ascending. */
  int[] unclustered() {
    return IntStream.range(0, best.length).filter(unit -> !isClustered(unit)).toArray();
  }

  private boolean isClustered(int unit) {
    return best[unit] > 0 && hidden.explained(best[unit], unit) >= THRESHOLD;
  }

  /** The key frequencies by the rule that is stored as such: those that have a cluster. */
  NavigableSet<Integer> keyFrequencies() {
    return frequencies(true);
  }

  /** The key frequencies by the published code's rule: those that are some unit's best. */
  NavigableSet<Integer> argmaxFrequencies() {
    return frequencies(false);
  }

  private NavigableSet<Integer> frequencies(boolean ofClusters) {
    NavigableSet<Integer> found = new TreeSet<>();
    for (int unit = 0; unit < best.length; unit++) {
      if (best[unit] > 0 && (!ofClusters || isClustered(unit))) {
        found.add(best[unit]);
      }
    }
    return found;
  }

  /** Frequencies and the doubles of each, 2 k or n - 2 k; that of n / 2 is constant. */
  NavigableSet<Integer> withDoubles(Collection<Integer> frequencies) {
    int n = fourier.n();
    NavigableSet<Integer> both = new TreeSet<>(frequencies);
    frequencies.forEach(k -> both.add(Math.min(2 * k, n - 2 * k)));
    return both;
  }

  /** 1 to n / 2. */
  NavigableSet<Integer> allFrequencies() {
    NavigableSet<Integer> all = new TreeSet<>();
    IntStream.rangeClosed(1, fourier.frequencies()).forEach(all::add);
    return all;
  }
}
