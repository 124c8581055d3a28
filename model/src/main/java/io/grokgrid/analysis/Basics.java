package io.grokgrid.analysis;

import io.grokgrid.task.TableTask;
import io.grokgrid.task.Task;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Measuring;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.TrainingState;
import java.util.ArrayList;
import java.util.List;

/**
 * The analyses {@code loss} (mean loss as it is trained, and accuracy over all (of tables),
 * training and test examples) and {@code weights} (sum of squares and its root over all
 * parameters), from the metrics of the same step.
 */
public final class Basics implements Measuring {
  public static final String LOSS = "loss";
  private static final String WEIGHTS = "weights";

  /** Both analyses. */
  public static final List<String> NAMES = List.of(LOSS, WEIGHTS);

  private final Task task;

  public Basics(Task task) {
    this.task = task;
  }

  @Override
  public List<Measurement> measure(TrainingState state, Metrics at) {
    List<Measurement> found = new ArrayList<>();
    task.asTable().ifPresent(table -> found.addAll(overall(table, at)));
    found.add(loss(at, "train_loss", at.trainLoss()));
    found.add(loss(at, "train_accuracy", at.trainAccuracy()));
    found.add(loss(at, "test_loss", at.testLoss()));
    found.add(loss(at, "test_accuracy", at.testAccuracy()));
    double norm = at.weightNorm();
    found.add(new Measurement(at.step(), WEIGHTS, "sum_squared", norm * norm));
    found.add(new Measurement(at.step(), WEIGHTS, "norm", norm));
    return found;
  }

  private static List<Measurement> overall(TableTask table, Metrics at) {
    double share = (double) table.trainExamples() / table.examples();
    return List.of(
        loss(at, "all_loss", overall(share, at.trainLoss(), at.testLoss())),
        loss(at, "all_accuracy", overall(share, at.trainAccuracy(), at.testAccuracy())));
  }

  private static double overall(double share, double train, double test) {
    return share * train + (1 - share) * test;
  }

  private static Measurement loss(Metrics at, String name, double value) {
    return new Measurement(at.step(), LOSS, name, value);
  }
}
