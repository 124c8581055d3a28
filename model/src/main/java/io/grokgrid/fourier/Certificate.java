package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Subject;
import io.grokgrid.base.Randomness;
import io.grokgrid.math.Fourier;
import io.grokgrid.math.Statistics;
import io.grokgrid.net.Layout;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Whether the key frequencies, those with a cluster of units as in {@link Progress}, are what the
 * network computes with: it is run again with other weights. Losses are cross entropies (nats).
 *
 * <ul>
 *   <li>{@code kept_loss}, {@code kept_accuracy}: of every operand's embedding only the mean over
 *       the p elements and the key frequencies are kept; {@code removed_loss}, {@code
 *       removed_accuracy}: only the key frequencies are removed. Over all pairs. {@code
 *       kept_doubled_loss}: besides each key frequency k its double, 2 k modulo p, is kept.
 *   <li>{@code logits_kept_loss}, {@code logits_removed_loss}: the same without running it again,
 *       of the logits' part in functions of the answer at the key frequencies, as in {@link
 *       Progress}; {@code random_logits_kept_loss}, {@code random_logits_removed_loss} likewise,
 *       over all pairs.
 *   <li>{@code random_kept_loss} and {@code random_removed_loss}, {@code .mean} and {@code
 *       .deviation} (of a sample): the same for {@code random_sets} different sets of as many other
 *       frequencies, 20 or all that there are, over {@code random_pairs} pairs, 1,024 or all that
 *       there are; sets and pairs are drawn from the run's seed. Left out where there are no such
 *       sets.
 *   <li>{@code without_cluster.k}: the units of frequency k's cluster give 0; {@code
 *       without_unclustered}: those of no cluster. Over all pairs, where logits are linear in the
 *       last hidden layer.
 *   <li>{@code without_head.h}: W_V of a head is 0. Over all pairs in a network of one layer, over
 *       the random ones in a deeper one, whose heads are counted on from layer to layer.
 * </ul>
 *
 * <p>Without key frequencies the first are the losses of a network that sees no operand, and of the
 * network as it is.
 */
public final class Certificate implements Analysis {
  private static final int SETS = 20;
  private static final int PAIRS = 1024;

  @Override
  public String name() {
    return "certificate";
  }

  @Override
  public double passes() {
    return 7;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Circuit.idle(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Circuit circuit = Circuit.of(subject);
    Randomness random = Randomness.stream(subject.seed(), "certificate");
    int[] some = somePairs(subject, random);
    addKey(subject, circuit, found);
    addRandom(subject, circuit, random, some, found);
    if (subject.isReadLinearly()) {
      addUnits(subject, circuit, found);
    }
    int layers = subject.model().attentionLayers();
    addHeads(subject, layers == 1 ? subject.everyPair() : some, found);
  }

  private static int[] somePairs(Subject subject, Randomness random) {
    int[] pairs = subject.everyPair();
    random.shuffle(pairs);
    return Arrays.copyOf(pairs, Math.min(PAIRS, pairs.length));
  }

  private static void addKey(Subject subject, Circuit circuit, Findings found) {
    Fourier fourier = circuit.fourier();
    Collection<Integer> keys = circuit.keyFrequencies();
    double[] kept = subject.logits(keeping(subject, fourier, keys));
    found.add("kept_loss", subject.labels().loss(kept, Part.ALL));
    found.add("kept_accuracy", subject.labels().accuracy(kept, Part.ALL));
    double[] removed = subject.logits(removing(subject, fourier, keys));
    found.add("removed_loss", subject.labels().loss(removed, Part.ALL));
    found.add("removed_accuracy", subject.labels().accuracy(removed, Part.ALL));
    double[] logits = Progress.kept(subject, keys, true);
    found.add("logits_kept_loss", subject.labels().loss(logits, Part.ALL));
    found.add(
        "logits_removed_loss", subject.labels().loss(Progress.without(subject, keys), Part.ALL));
    double[] doubled = subject.logits(keeping(subject, fourier, circuit.withDoubles(keys)));
    found.add("kept_doubled_loss", subject.labels().loss(doubled, Part.ALL));
  }

  private static void addRandom(
      Subject subject, Circuit circuit, Randomness random, int[] pairs, Findings found) {
    Fourier fourier = circuit.fourier();
    Set<List<Integer>> sets =
        new FrequencySets(fourier.frequencies(), circuit.keyFrequencies()).draw(SETS, random);
    found.add("random_sets", sets.size());
    found.add("random_pairs", pairs.length);
    double[] kept = losses(subject, pairs, sets, set -> keeping(subject, fourier, set));
    addScatter("random_kept_loss", kept, found);
    double[] removed = losses(subject, pairs, sets, set -> removing(subject, fourier, set));
    addScatter("random_removed_loss", removed, found);
    double[] keptLogits = losses(subject, sets, set -> Progress.kept(subject, set, true));
    addScatter("random_logits_kept_loss", keptLogits, found);
    double[] removedLogits = losses(subject, sets, set -> Progress.without(subject, set));
    addScatter("random_logits_removed_loss", removedLogits, found);
  }

  private static void addScatter(String name, double[] losses, Findings found) {
    if (losses.length > 0) {
      found.add(name + ".mean", Statistics.mean(losses));
    }
    if (losses.length > 1) {
      found.add(name + ".deviation", Statistics.sampleDeviation(losses));
    }
  }

  /** Other weights for some frequencies. */
  private interface Change {
    float[] of(Collection<Integer> frequencies);
  }

  private static double[] losses(
      Subject subject, int[] pairs, Set<List<Integer>> sets, Change change) {
    return sets.stream()
        .mapToDouble(set -> subject.labels().loss(subject.logits(change.of(set), pairs), pairs))
        .toArray();
  }

  /** Over all pairs, of other logits for some frequencies. */
  private static double[] losses(
      Subject subject, Set<List<Integer>> sets, Function<List<Integer>, double[]> logits) {
    return sets.stream()
        .mapToDouble(set -> subject.labels().loss(logits.apply(set), Part.ALL))
        .toArray();
  }

  /** All weights, of the embeddings only the mean and what lies at some frequencies. */
  private static float[] keeping(Subject subject, Fourier fourier, Collection<Integer> kept) {
    return changed(subject, projection(fourier, row -> row == 0 || isOf(kept, row)));
  }

  /** All weights, of the embeddings all but what lies at some frequencies. */
  private static float[] removing(Subject subject, Fourier fourier, Collection<Integer> removed) {
    return changed(subject, projection(fourier, row -> !isOf(removed, row)));
  }

  private static boolean isOf(Collection<Integer> frequencies, int row) {
    return frequencies.contains(Fourier.frequency(row));
  }

  /** The sum of the projections on some rows of the basis: (n, n). */
  private static double[] projection(Fourier fourier, IntPredicate isKept) {
    int n = fourier.n();
    double[] basis = fourier.basis();
    double[] projection = new double[n * n];
    for (int row = 0; row < n; row++) {
      for (int i = 0; isKept.test(row) && i < n * n; i++) {
        projection[i] += basis[row * n + i / n] * basis[row * n + i % n];
      }
    }
    return projection;
  }

  private static float[] changed(Subject subject, double[] projection) {
    float[] changed = subject.parameters().clone();
    int n = subject.n();
    int width = subject.width();
    for (int operand = 0; operand < 2; operand++) {
      double[] rows = subject.embedding(operand);
      double[] projected = subject.matrices().product(projection, rows, n, n, width);
      int from = subject.embeddingOffset(operand);
      for (int i = 0; i < projected.length; i++) {
        changed[from + i] = (float) projected[i];
      }
    }
    return changed;
  }

  private static void addUnits(Subject subject, Circuit circuit, Findings found) {
    for (int k : circuit.keyFrequencies()) {
      found.add("without_cluster." + k, lossWithout(subject, circuit.cluster(k)));
    }
    found.add("without_unclustered", lossWithout(subject, circuit.unclustered()));
  }

  /** Loss over all pairs where some units give 0. */
  private static double lossWithout(Subject subject, int[] units) {
    return subject
        .labels()
        .loss(units.length == 0 ? subject.logits() : without(subject, units), Part.ALL);
  }

  /** Logits where some units, one at least, give 0: (n^2, n). */
  private static double[] without(Subject subject, int[] units) {
    int n = subject.n();
    int all = subject.hiddenWidth();
    double[] hidden = subject.hidden(); // (n^2, F)
    double[] readout = subject.readout(); // (F, n)
    double[] given = new double[n * n * units.length];
    Arrays.setAll(given, i -> hidden[i / units.length * all + units[i % units.length]]);
    double[] rows = new double[units.length * n];
    Arrays.setAll(rows, i -> readout[units[i / n] * n + i % n]);
    double[] part = subject.matrices().product(given, rows, n * n, units.length, n);
    double[] rest = subject.logits().clone();
    Arrays.setAll(rest, i -> rest[i] - part[i]);
    return rest;
  }

  private static void addHeads(Subject subject, int[] pairs, Findings found) {
    int heads = subject.model().heads();
    for (int layer = 0; layer < subject.model().attentionLayers(); layer++) {
      Layout.Tensor values = subject.layout().at("blocks." + layer + ".attn.W_V"); // (H, D, K)
      int each = values.size() / heads;
      for (int head = 0; head < heads; head++) {
        float[] changed = subject.parameters().clone();
        int from = values.offset() + head * each;
        Arrays.fill(changed, from, from + each, 0);
        double loss = subject.labels().loss(subject.logits(changed, pairs), pairs);
        found.add("without_head." + (layer * heads + head), loss);
      }
    }
  }
}
