package io.grokgrid.train;

import io.grokgrid.net.AttentionMean;
import io.grokgrid.step.TrainingStep;
import java.util.List;
import java.util.function.ToIntFunction;

/** Records a run: what is due at a step goes to the run's state. */
final class Recorder {
  /** How names of measured scores begin. */
  private static final String TRAIN_SCORE = "train_score.";

  private final TrainingStep network;
  private final RecordSpec record;
  private final Measuring measuring;

  Recorder(TrainingStep network, RecordSpec record, Measuring measuring) {
    this.network = network;
    this.record = record;
    this.measuring = measuring;
  }

  /**
   * Records what is due at this step and was not recorded yet; at the last step that is everything.
   * Attention comes last, because it adds measurements of its own.
   */
  void record(TrainingState state, boolean last) {
    recordMetrics(state, last);
    int step = state.step();
    boolean attentionDue =
        network.drawsAnew()
            ? last && record.attentionEvery() > 0
            : isDue(step, record.attentionEvery(), last);
    if (attentionDue && lastStep(state.attention(), AttentionMean::step) != step) {
      state.attention().addAll(network.attention(state.parameters(), step));
      network.trainAttention(state.parameters(), step).stream()
          .map(Recorder::trainScore)
          .forEach(state.measurements()::add);
    }
  }

  private void recordMetrics(TrainingState state, boolean last) {
    int step = state.step();
    boolean metricsDue =
        isDue(step, record.metricsEvery(), last)
            && lastStep(state.metrics(), Metrics::step) != step;
    boolean measurementsDue =
        isDue(step, record.measurementsEvery(), last) && lastMeasured(state.measurements()) != step;
    boolean oodMissing = last && !metricsDue && lacksOod(state);
    if (!metricsDue && !measurementsDue && !oodMissing) {
      return;
    }
    Metrics metrics = metrics(state, last || isDue(step, record.oodEvery(), false));
    if (oodMissing) {
      state.metrics().remove(state.metrics().size() - 1);
    }
    if (metricsDue || oodMissing) {
      state.metrics().add(metrics);
    }
    if (measurementsDue) {
      state.measurements().addAll(measuring.measure(state, metrics));
    }
  }

  /** Whether the step that turns out to be the last one was recorded as if it were not. */
  private boolean lacksOod(TrainingState state) {
    List<Metrics> metrics = state.metrics();
    return network.drawsAnew() && metrics.get(metrics.size() - 1).oodLoss() == null;
  }

  /** The step of the last measurement, but for those that come with attention; -1 for none. */
  private static int lastMeasured(List<Measurement> measurements) {
    for (int i = measurements.size() - 1; i >= 0; i--) {
      if (!measurements.get(i).name().startsWith(TRAIN_SCORE)) {
        return measurements.get(i).step();
      }
    }
    return -1;
  }

  /** The step of the last record, -1 if there is none. */
  private static <R> int lastStep(List<R> records, ToIntFunction<R> step) {
    return records.isEmpty() ? -1 : step.applyAsInt(records.get(records.size() - 1));
  }

  private static boolean isDue(int step, int every, boolean last) {
    return every > 0 && (last || step % every == 0);
  }

  private Metrics metrics(TrainingState state, boolean withOod) {
    TrainingStep.Evaluation found = network.evaluate(state.parameters(), withOod);
    return new Metrics(
        state.step(),
        found.trainLoss(),
        found.trainAccuracy(),
        found.testLoss(),
        found.testAccuracy(),
        found.oodLoss(),
        found.oodAccuracy(),
        TrainingState.norm(state.parameters()),
        state.gradientNorm());
  }

  /**
   * The mean score as a measurement of analysis {@code attention}, {@code
   * train_score.LAYER.HEAD.QUERY.KEY}; of means over the training examples.
   */
  private static Measurement trainScore(AttentionMean mean) {
    String name =
        TRAIN_SCORE + mean.layer() + "." + mean.head() + "." + mean.query() + "." + mean.key();
    return new Measurement(mean.step(), "attention", name, mean.meanScore());
  }
}
