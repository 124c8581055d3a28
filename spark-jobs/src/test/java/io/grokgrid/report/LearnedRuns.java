package io.grokgrid.report;

import io.grokgrid.experiment.RunResult;
import io.grokgrid.tables.Coefficients;
import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.List;

/** Measurements made up by hand: of each kind that has a section of the report. */
final class LearnedRuns {
  private static final int P = 13;
  private static final int KEY = 2;

  private LearnedRuns() {}

  /** The same run of addition modulo 13, analysed at its first, a middle and its last step. */
  static RunResult measured(RunResult run) {
    List<Measurement> all = new ArrayList<>();
    for (int step : List.of(100, 200, run.lastStep())) {
      measure(step, step == run.lastStep(), all);
    }
    return LargeStore.measured(run, all);
  }

  private static void measure(int step, boolean hasLearned, List<Measurement> to) {
    for (int k = 1; k <= P / 2; k++) {
      to.add(new Measurement(step, "fourier_embedding", "norm." + k, k == KEY ? 3 : 0.5));
      to.add(new Measurement(step, "neuron_clusters", "size." + k, k == KEY ? 16 : 0));
    }
    for (int token = 0; token < P; token++) {
      double angle = 2 * Math.PI * KEY * token / P;
      String name = ".%d".formatted(token);
      to.add(new Measurement(step, "embedding_pca", "component.1" + name, Math.cos(angle)));
      to.add(new Measurement(step, "embedding_pca", "component.2" + name, Math.sin(angle)));
    }
    to.add(new Measurement(step, "progress", "key_frequency." + KEY, 1));
    to.add(new Measurement(step, "progress", "restricted_loss", hasLearned ? 0.01 : 4));
    to.add(new Measurement(step, "progress", "excluded_loss", hasLearned ? 6 : 1));
    to.add(new Measurement(step, "progress", "gini_embedding", hasLearned ? 0.9 : 0.2));
    to.add(new Measurement(step, "gradient_symmetricity", "mean", hasLearned ? 0.5 : 0.1));
    to.add(new Measurement(step, "distance_irrelevance", "correct_logit", hasLearned ? 0.7 : 0.1));
    to.add(new Measurement(step, "llc", "mean", hasLearned ? 20 : 5));
    to.add(new Measurement(step, "llc", "verdict.sound", 1));
    Coefficients.SETTINGS.forEach(name -> to.add(new Measurement(step, "llc", name, 1)));
  }

  /** How many frequencies such a run has. */
  static int frequencies() {
    return P / 2;
  }

  static int tokens() {
    return P;
  }
}
