package io.grokgrid.step;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Model;
import io.grokgrid.pair.PairForm;
import io.grokgrid.pair.PairNetwork;
import io.grokgrid.pair.Pairs;
import io.grokgrid.task.Examples;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A network in a form that makes what depends on one operand once, {@link PairNetwork}. */
public final class PairStep implements TrainingStep {
  private final Examples dataset;
  private final Batches batches;
  private final PairNetwork network;
  private final Pairs trainPairs;
  private final int[] all;
  private final Pairs allPairs;
  private final double[] losses;
  private final boolean[] correct;

  /** Trains and evaluates {@code network} on the dataset. */
  public PairStep(PairNetwork network, Examples dataset, TrainingSpec spec) {
    this.network = network;
    batches = new Batches(spec, dataset.trainExamples());
    this.dataset = dataset;
    trainPairs = pairs(Pairs.order(dataset.left(), dataset.right(), dataset.trainExamples()));
    all = Pairs.order(dataset.left(), dataset.right(), dataset.size());
    allPairs = pairs(all);
    losses = new double[all.length];
    correct = new boolean[all.length];
  }

  /**
   * The form that is right for the manager's device.
   *
   * @param manager owns what lives as long as this object; the caller closes it
   * @param n elements that the table is over
   * @throws IllegalArgumentException if the network has no such form there
   */
  public static PairStep of(
      NDManager manager, Model model, int n, Examples dataset, TrainingSpec spec) {
    PairForm form = PairForm.require(model, n);
    int most = Math.min(PairForm.MOST, dataset.size());
    int batch = spec.batchSize() == 0 ? dataset.trainExamples() : spec.batchSize();
    return new PairStep(form.network(manager, spec.lossForm(), batch, most), dataset, spec);
  }

  private Pairs pairs(int[] examples) {
    return new Pairs(
        Arrays.stream(examples).map(i -> dataset.left()[i]).toArray(),
        Arrays.stream(examples).map(i -> dataset.right()[i]).toArray(),
        Arrays.stream(examples).map(i -> dataset.answers()[i]).toArray());
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int step) {
    return batches.isFull()
        ? network.lossAndGradient(parameters, gradient, trainPairs)
        : lossAndGradient(parameters, gradient, batches.at(step));
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, int[] chosen) {
    return network.lossAndGradient(parameters, gradient, pairs(chosen));
  }

  @Override
  public boolean drawsAnew() {
    return false;
  }

  @Override
  public Evaluation evaluate(float[] parameters, boolean withOod) {
    network.evaluate(parameters, allPairs, losses, correct);
    double[] loss = new double[2];
    int[] right = new int[2];
    int train = dataset.trainExamples();
    for (int i = 0; i < all.length; i++) {
      int part = all[i] < train ? 0 : 1;
      loss[part] += losses[i];
      right[part] += correct[i] ? 1 : 0;
    }
    int test = dataset.size() - train;
    return new Evaluation(
        loss[0] / train,
        (double) right[0] / train,
        loss[1] / test,
        (double) right[1] / test,
        null,
        null);
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, int step) {
    return attention(parameters, step, allPairs);
  }

  @Override
  public List<AttentionMean> trainAttention(float[] parameters, int step) {
    return attention(parameters, step, trainPairs);
  }

  private List<AttentionMean> attention(float[] parameters, int step, Pairs pairs) {
    return network.attention(parameters, pairs, step).stream()
        .sorted(Comparator.comparingInt(AttentionMean::head))
        .toList();
  }
}
