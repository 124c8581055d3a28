package io.grokgrid.analysis;

import io.grokgrid.task.Dataset;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.TrainingState;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The analyses {@code loss} (mean cross entropy in nats and accuracy over all, training and test
 * examples) and {@code weights} (sum of squares and its root over all parameters), from the metrics
 * of the same step.
 */
public final class Basics implements BiFunction<TrainingState, Metrics, List<Measurement>> {
  private final double trainShare;

  public Basics(Dataset dataset) {
    trainShare = (double) dataset.trainExamples() / dataset.size();
  }

  @Override
  public List<Measurement> apply(TrainingState state, Metrics at) {
    return List.of(
        loss(at, "all_loss", overall(at.trainLoss(), at.testLoss())),
        loss(at, "all_accuracy", overall(at.trainAccuracy(), at.testAccuracy())),
        loss(at, "train_loss", at.trainLoss()),
        loss(at, "train_accuracy", at.trainAccuracy()),
        loss(at, "test_loss", at.testLoss()),
        loss(at, "test_accuracy", at.testAccuracy()),
        new Measurement(at.step(), "weights", "sum_squared", at.weightNorm() * at.weightNorm()),
        new Measurement(at.step(), "weights", "norm", at.weightNorm()));
  }

  private double overall(double train, double test) {
    return trainShare * train + (1 - trainShare) * test;
  }

  private static Measurement loss(Metrics at, String name, double value) {
    return new Measurement(at.step(), "loss", name, value);
  }
}
