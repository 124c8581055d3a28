package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.Signature;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.step.PairStep;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.Examples;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is due when, on tiny networks that move by a gradient of ones. */
@ExtendWith(EngineManager.class)
class RecorderTest {
  private static final int P = 5;
  private static final TransformerSpec MODEL = Models.parts().positions(9).model();
  private static final Layout PAIRS = MODEL.layoutOfPairs(P);
  private static final SequenceTask SEQUENCES = Tasks.sequences(SequenceRule.K_BACK).task();
  private static final TrainingSpec ON_PAIRS = Specs.training().warmup(0).spec();
  private static final TrainingSpec ON_SEQUENCES = Specs.sequences(2).spec();

  private final NDManager manager;

  RecorderTest(NDManager manager) {
    this.manager = manager;
  }

  private Recorder ofPairs(Records records) {
    Examples examples = new Examples(Tasks.modular(P).task(), 1);
    return recorder(PairStep.of(manager, MODEL, P, examples, ON_PAIRS), records);
  }

  private Recorder ofSequences(Records records) {
    return recorder(TextbookStep.of(manager, MODEL, SEQUENCES, ON_SEQUENCES, 1, false), records);
  }

  /** Measures the loss. */
  private static Recorder recorder(TrainingStep step, Records records) {
    return new Recorder(
        step,
        records.spec(),
        (state, at) -> List.of(new Measurement(at.step(), "loss", "test", at.testLoss())));
  }

  private static TrainingState fresh(TrainingSpec spec, Layout layout) {
    return new TrainingState(spec, layout.tensors(), MODEL.init().draw(layout, 3));
  }

  private static TrainingState freshOnSequences() {
    return fresh(ON_SEQUENCES, MODEL.layout(Signature.of(SEQUENCES, Purpose.TRAINING)));
  }

  /** Records every step from the state's to the last one. */
  private static void record(Recorder recorder, TrainingState state, int last) {
    recorder.record(state, state.step() == last);
    while (state.step() < last) {
      update(state);
      recorder.record(state, state.step() == last);
    }
  }

  private static void update(TrainingState state) {
    float[] ones = new float[state.parameters().length];
    Arrays.fill(ones, 1);
    state.update(ones);
  }

  private TrainingState recordedOnPairs(Records records, int last) {
    TrainingState state = fresh(ON_PAIRS, PAIRS);
    record(ofPairs(records), state, last);
    return state;
  }

  private TrainingState recordedOnSequences(Records records, int last) {
    TrainingState state = freshOnSequences();
    record(ofSequences(records), state, last);
    return state;
  }

  private static List<Integer> metrics(TrainingState state) {
    return state.metrics().stream().map(Metrics::step).toList();
  }

  private static List<Integer> ood(TrainingState state) {
    return state.metrics().stream()
        .filter(at -> at.oodLoss() != null && at.oodAccuracy() != null)
        .map(Metrics::step)
        .toList();
  }

  private static List<Integer> attention(TrainingState state) {
    return state.attention().stream().map(AttentionMean::step).distinct().toList();
  }

  private static List<Integer> measured(TrainingState state, String analysis) {
    return state.measurements().stream()
        .filter(measurement -> measurement.analysis().equals(analysis))
        .map(Measurement::step)
        .toList();
  }

  @Test
  void metricsAreDueAtMultiplesAndAtTheLastStep() {
    TrainingState state = recordedOnPairs(Records.metrics(4), 10);
    assertThat(metrics(state)).containsExactly(0, 4, 8, 10);
    assertThat(state.attention()).isEmpty();
    assertThat(state.measurements()).isEmpty();
  }

  @Test
  void aLastStepThatIsAMultipleIsRecordedOnce() {
    assertThat(metrics(recordedOnPairs(Records.metrics(4), 8))).containsExactly(0, 4, 8);
  }

  @Test
  void metricsHoldTheNormsOfTheirState() {
    TrainingState state = fresh(ON_PAIRS, PAIRS);
    Recorder recorder = ofPairs(Records.metrics(1));
    recorder.record(state, false);
    update(state);
    recorder.record(state, false);
    assertThat(state.metrics().get(0).gradientNorm()).isNull();
    assertThat(state.metrics().get(1).gradientNorm()).isEqualTo(Math.sqrt(PAIRS.size()));
    assertThat(state.metrics().get(1).weightNorm())
        .isEqualTo(TrainingState.norm(state.parameters()))
        .isNotEqualTo(state.metrics().get(0).weightNorm());
  }

  @Test
  void measurementsAreDueAtMultiplesOfTheirOwn() {
    TrainingState state = recordedOnPairs(Records.metrics(4).measurements(3), 10);
    assertThat(metrics(state)).containsExactly(0, 4, 8, 10);
    assertThat(measured(state, "loss")).containsExactly(0, 3, 6, 9, 10);
  }

  @Test
  void measurementsSeeTheMetricsOfTheirStep() {
    TrainingState state = recordedOnPairs(Records.metrics(2).measurements(2), 4);
    assertThat(state.measurements())
        .extracting(Measurement::value)
        .isEqualTo(state.metrics().stream().map(Metrics::testLoss).toList());
  }

  @Test
  void attentionOfPairsIsDueAtMultiplesAndAtTheLastStep() {
    TrainingState state = recordedOnPairs(Records.metrics(10).attention(3), 7);
    assertThat(attention(state)).containsExactly(0, 3, 6, 7);
    assertThat(measured(state, "attention").stream().distinct()).containsExactly(0, 3, 6, 7);
  }

  /** Of each of two heads six pairs of positions that are not masked. */
  @Test
  void attentionComesWithTheScoresOnTheTrainingExamples() {
    TrainingState state = recordedOnPairs(Records.metrics(1).attention(1), 1);
    assertThat(state.attention()).hasSize(2 * 2 * 6);
    assertThat(state.measurements())
        .extracting(Measurement::step, Measurement::name)
        .isEqualTo(
            state.attention().stream().map(mean -> tuple(mean.step(), nameOf(mean))).toList());
    assertThat(state.measurements())
        .extracting(Measurement::value)
        .isNotEqualTo(state.attention().stream().map(AttentionMean::meanScore).toList());
  }

  private static String nameOf(AttentionMean mean) {
    return "train_score.%d.%d.%d.%d".formatted(mean.layer(), mean.head(), mean.query(), mean.key());
  }

  @Test
  void attentionOfSequencesIsDueAtTheLastStepOnly() {
    TrainingState state = recordedOnSequences(Records.metrics(2).attention(1), 3);
    assertThat(attention(state)).containsExactly(3);
    assertThat(state.measurements()).isEmpty();
    assertThat(attention(recordedOnSequences(Records.metrics(2), 3))).isEmpty();
  }

  @Test
  void outOfDistributionIsDueAtTheLastStep() {
    TrainingState state = recordedOnSequences(Records.metrics(2), 5);
    assertThat(metrics(state)).containsExactly(0, 2, 4, 5);
    assertThat(ood(state)).containsExactly(5);
  }

  /** Of steps whose metrics are recorded: it makes none of its own. */
  @Test
  void outOfDistributionIsDueAtMultiplesWhereMetricsAre() {
    TrainingState state = recordedOnSequences(Records.metrics(2).ood(3), 13);
    assertThat(metrics(state)).containsExactly(0, 2, 4, 6, 8, 10, 12, 13);
    assertThat(ood(state)).containsExactly(0, 6, 12, 13);
  }

  @Test
  void pairsHaveNothingOutOfDistribution() {
    assertThat(ood(recordedOnPairs(Records.metrics(2).ood(1), 4))).isEmpty();
  }

  @Test
  void aStepThatIsRecordedAgainIsNotRepeated() {
    Records everything = Records.metrics(1).attention(1).measurements(1).ood(1);
    TrainingState state = recordedOnPairs(everything, 2);
    int attention = state.attention().size();
    int measurements = state.measurements().size();
    ofPairs(everything).record(state, false);
    ofPairs(everything).record(state, true);
    assertThat(metrics(state)).containsExactly(0, 1, 2);
    assertThat(state.attention()).hasSize(attention);
    assertThat(state.measurements()).hasSize(measurements);
  }

  @Test
  void aStepThatTurnsOutToBeTheLastGetsWhatItLacks() {
    Recorder recorder = ofSequences(Records.metrics(2).attention(1).measurements(3));
    TrainingState state = freshOnSequences();
    record(recorder, state, 5);
    update(state);
    recorder.record(state, false);
    assertThat(ood(state)).containsExactly(5);
    assertThat(attention(state)).containsExactly(5);
    Metrics before = state.metrics().get(state.metrics().size() - 1);
    recorder.record(state, true);
    Metrics after = state.metrics().get(state.metrics().size() - 1);
    assertThat(metrics(state)).containsExactly(0, 2, 4, 5, 6);
    assertThat(ood(state)).containsExactly(5, 6);
    assertThat(after)
        .usingRecursiveComparison()
        .ignoringFields("oodLoss", "oodAccuracy")
        .isEqualTo(before);
    assertThat(attention(state)).containsExactly(5, 6);
    assertThat(measured(state, "loss")).containsExactly(0, 3, 5, 6);
  }

  /** Scores on the training examples are measurements too, and must hide no other. */
  @Test
  void measurementsAreDueAtALastStepWhoseAttentionWasRecorded() {
    TrainingState state = fresh(ON_PAIRS, PAIRS);
    Recorder recorder = ofPairs(Records.metrics(10).attention(2).measurements(10));
    recorder.record(state, false);
    update(state);
    update(state);
    recorder.record(state, false);
    assertThat(measured(state, "loss")).containsExactly(0);
    recorder.record(state, true);
    assertThat(measured(state, "loss")).containsExactly(0, 2);
    assertThat(attention(state)).containsExactly(0, 2);
  }
}
