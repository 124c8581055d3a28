package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Subject;
import io.grokgrid.fourier.Spectrum.Direction;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The progress measures of Nanda et al. 2023 (arXiv 2301.05217, section 5.1). With P_k the logits'
 * projection, class by class, on cos and sin of 2 pi k (a + b) / p (a - b for subtraction) and T
 * the sum of P_k over the key frequencies: {@code restricted_loss} is the cross entropy (nats) of T
 * plus the logits' mean over all pairs, over all pairs ({@code restricted_train_loss}, {@code
 * restricted_test_loss} over parts of them, {@code restricted_accuracy} over all); {@code
 * trig_loss} that of T alone; {@code excluded_loss} that of the logits less T, over the training
 * pairs ({@code excluded_accuracy} likewise); {@code excluded_loss.k} that of the logits less P_k,
 * for every k.
 *
 * <p>The key frequencies are this network's own at this step, by the rule of clusters: {@code
 * key_frequency.k} = 1 for each k with at least one unit of the last hidden layer of which k
 * explains at least 0.85; there are {@code key_frequencies} of them. Where there are none, T is 0:
 * the restricted loss is that of the mean logits, the excluded loss the training loss. The
 * published code takes all that are the best of some unit instead: {@code argmax_frequency.k},
 * {@code argmax_frequencies}, {@code restricted_loss_argmax}, {@code excluded_loss_argmax}. With
 * every frequency taken nothing has to be chosen: {@code answer_loss} (all pairs, the logits' mean
 * over the pairs of the same answer) and {@code answer_excluded_loss} (training pairs).
 *
 * <p>Among the checkpoints of a run the key frequencies of its last one are known, too, and with
 * them what the published curves are of: {@code final_restricted_loss} (all pairs), {@code
 * final_restricted_test_loss}, {@code final_excluded_loss} (training pairs), {@code
 * final_key_frequency.k}, {@code final_key_frequencies}.
 *
 * <p>{@code gini_embedding} and {@code gini_unembedding} are over the norms of W_E and W_L on all p
 * rows of the basis, {@code gini_embedding_frequency} and {@code gini_unembedding_frequency} over
 * the p / 2 frequencies; those of W_L where no norm stands between.
 */
public final class Progress implements Analysis {
  @Override
  public String name() {
    return "progress";
  }

  @Override
  public double passes() {
    return 0.8;
  }

  @Override
  public boolean asksForEnd() {
    return true;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Circuit.idle(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Circuit circuit = Circuit.of(subject);
    Collection<Integer> keys = circuit.keyFrequencies();
    addKept(subject, keys, found);
    addExcluded(subject, keys, found);
    addFrequencies(keys, "key_frequenc", found);
    addOtherRules(subject, circuit, found);
    subject.find(FinalFrequencies.class).ifPresent(end -> addFinal(subject, end.keys(), found));
    addSparsity(subject, found);
  }

  private static void addKept(Subject subject, Collection<Integer> keys, Findings found) {
    double[] kept = kept(subject, keys, true);
    found.add("restricted_loss", subject.labels().loss(kept, Part.ALL));
    found.add("restricted_accuracy", subject.labels().accuracy(kept, Part.ALL));
    found.add("restricted_train_loss", subject.labels().loss(kept, Part.TRAIN));
    found.add("restricted_test_loss", subject.labels().loss(kept, Part.TEST));
    found.add("trig_loss", subject.labels().loss(kept(subject, keys, false), Part.ALL));
  }

  private static void addExcluded(Subject subject, Collection<Integer> keys, Findings found) {
    double[] rest = without(subject, keys);
    found.add("excluded_loss", subject.labels().loss(rest, Part.TRAIN));
    found.add("excluded_accuracy", subject.labels().accuracy(rest, Part.TRAIN));
    for (int k : Circuit.of(subject).allFrequencies()) {
      found.add(
          "excluded_loss." + k, subject.labels().loss(without(subject, List.of(k)), Part.TRAIN));
    }
  }

  private static void addFrequencies(Collection<Integer> keys, String name, Findings found) {
    keys.forEach(k -> found.add(name + "y." + k, 1));
    found.add(name + "ies", keys.size());
  }

  private static void addOtherRules(Subject subject, Circuit circuit, Findings found) {
    Collection<Integer> argmax = circuit.argmaxFrequencies();
    addFrequencies(argmax, "argmax_frequenc", found);
    found.add(
        "restricted_loss_argmax", subject.labels().loss(kept(subject, argmax, true), Part.ALL));
    found.add("excluded_loss_argmax", subject.labels().loss(without(subject, argmax), Part.TRAIN));
    Collection<Integer> all = circuit.allFrequencies();
    found.add("answer_loss", subject.labels().loss(kept(subject, all, true), Part.ALL));
    found.add("answer_excluded_loss", subject.labels().loss(without(subject, all), Part.TRAIN));
  }

  private static void addFinal(Subject subject, List<Integer> keys, Findings found) {
    double[] kept = kept(subject, keys, true);
    found.add("final_restricted_loss", subject.labels().loss(kept, Part.ALL));
    found.add("final_restricted_test_loss", subject.labels().loss(kept, Part.TEST));
    double[] rest = without(subject, keys);
    found.add("final_excluded_loss", subject.labels().loss(rest, Part.TRAIN));
    addFrequencies(keys, "final_key_frequenc", found);
  }

  private static void addSparsity(Subject subject, Findings found) {
    Norms embedding = Norms.ofEmbedding(subject, 0);
    found.add("gini_embedding", embedding.gini());
    found.add("gini_embedding_frequency", embedding.frequencyGini());
    if (subject.isReadLinearly()) {
      Norms readout = Norms.ofReadout(subject);
      found.add("gini_unembedding", readout.gini());
      found.add("gini_unembedding_frequency", readout.frequencyGini());
    }
  }

  /** T, plus the logits' mean over all pairs if that is wanted: (n^2, n). */
  static double[] kept(Subject subject, Collection<Integer> frequencies, boolean constant) {
    Spectrum logits = Circuit.of(subject).logits();
    double[] part = logits.ofAnswer(frequencies); // (n, n)
    int n = subject.n();
    if (constant) {
      Arrays.setAll(part, i -> part[i] + logits.mean(i % n));
    }
    double[] kept = new double[n * n * n];
    for (int pair = 0; pair < n * n; pair++) {
      System.arraycopy(part, logits.sum(Direction.ANSWER, pair) * n, kept, pair * n, n);
    }
    return kept;
  }

  /** The logits less T: (n^2, n). */
  static double[] without(Subject subject, Collection<Integer> frequencies) {
    Spectrum logits = Circuit.of(subject).logits();
    double[] part = logits.ofAnswer(frequencies); // (n, n)
    int n = subject.n();
    double[] rest = subject.logits().clone();
    for (int pair = 0; pair < n * n; pair++) {
      int from = logits.sum(Direction.ANSWER, pair) * n;
      for (int c = 0; c < n; c++) {
        rest[pair * n + c] -= part[from + c];
      }
    }
    return rest;
  }
}
