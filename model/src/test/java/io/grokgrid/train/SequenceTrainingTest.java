package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.Signature;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.SequenceTask.Purpose;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A language model with dropout, trained on fresh sequences. */
@ExtendWith(EngineManager.class)
class SequenceTrainingTest {
  private static final int BATCHES = 3;
  private static final SequenceTask TASK = Tasks.sequences(SequenceRule.K_BACK).task();
  private static final TransformerSpec MODEL =
      Models.parts()
          .layers(2)
          .normalization(Normalization.PRE)
          .positions(9)
          .unembedBias(true)
          .dropout(0.1)
          .model();
  private static final Layout LAYOUT = MODEL.layout(Signature.of(TASK, Purpose.TRAINING));
  private static final TrainingSpec TEN_STEPS = Specs.sequences(7).steps(10).dropoutSteps(7).spec();

  private final NDManager manager;

  SequenceTrainingTest(NDManager manager) {
    this.manager = manager;
  }

  /** As on a restart that finds the run out of time at once. */
  @Test
  void aStepThatTurnsOutToBeTheLastIsEvaluatedOutOfDistributionToo() {
    TrainingSpec ten = Specs.sequences(4).steps(10).spec();
    TrainingState state = train(fresh(ten), ten, 0, now -> now.step() < 4);
    assertThat(oodSteps(state)).isEmpty();
    train(state, Specs.sequences(4).steps(4).spec(), 0, now -> true);
    assertThat(oodSteps(state)).containsExactly(4);
    assertThat(state.metrics()).extracting(Metrics::step).containsExactly(0, 2, 4);
  }

  /** A run of ten steps on a manager of its own. */
  private TrainingState train(
      TrainingState state, TrainingSpec spec, int oodEvery, Predicate<TrainingState> goOn) {
    try (NDManager own = manager.newSubManager()) {
      TextbookStep step = TextbookStep.of(own, MODEL, TASK, spec, BATCHES, false);
      RecordSpec record =
          Records.metrics(2).attention(1).evaluationBatches(BATCHES).ood(oodEvery).spec();
      new Trainer(
              step, spec, record, state.parameters().length, (now, metrics) -> List.of(), now -> {})
          .run(state, goOn);
      return state;
    }
  }

  private static TrainingState fresh(TrainingSpec spec) {
    return new TrainingState(spec, LAYOUT.tensors(), Initialization.PAPER.draw(LAYOUT, 3));
  }

  private static List<Integer> oodSteps(TrainingState state) {
    return state.metrics().stream()
        .filter(metrics -> metrics.oodLoss() != null && metrics.oodAccuracy() != null)
        .map(Metrics::step)
        .toList();
  }

  @Test
  void trainerRecordsOutOfDistributionAtItsMultiplesAndAttentionAtTheEnd() {
    TrainingState end = train(fresh(TEN_STEPS), TEN_STEPS, 0, state -> true);
    assertThat(end.metrics()).extracting(Metrics::step).containsExactly(0, 2, 4, 6, 8, 10);
    assertThat(oodSteps(end)).containsExactly(10);
    assertThat(end.attention())
        .hasSize(2 * 2 * 6 * 7 / 2)
        .allSatisfy(mean -> assertThat(mean.step()).isEqualTo(10));
    TrainingState fourths = train(fresh(TEN_STEPS), TEN_STEPS, 4, state -> true);
    assertThat(oodSteps(fourths)).containsExactly(0, 4, 8, 10);
    assertThat(fourths.parameters()).isEqualTo(end.parameters());
  }

  @Test
  void trainerGoesOnBitForBitFromASavedState() throws Exception {
    TrainingState whole = train(fresh(TEN_STEPS), TEN_STEPS, 4, state -> true);
    TrainingState cut = train(fresh(TEN_STEPS), TEN_STEPS, 4, state -> state.step() < 5);
    assertThat(cut.step()).isEqualTo(5);
    assertThat(cut.attention()).isEmpty();
    TrainingState restored =
        train(States.copy(cut, TEN_STEPS, LAYOUT), TEN_STEPS, 4, state -> true);
    assertThat(restored.step()).isEqualTo(10);
    assertThat(restored.parameters()).isEqualTo(whole.parameters());
    assertThat(restored.metrics()).isEqualTo(whole.metrics());
    assertThat(restored.attention()).isEqualTo(whole.attention());
  }

  /** By position alone: learned positions let every query find the token one before it. */
  @Test
  void aTinyNetworkLearnsToLookOneBack() {
    SequenceTask task =
        Tasks.sequences(SequenceRule.K_BACK).vocabulary(4).lengths(8, 8).k(1).task();
    TransformerSpec model = Models.parts().widths(16, 2, 8).hidden(32).positions(8).model();
    TrainingSpec spec = Specs.sequences(64).steps(300).learningRate(1e-2).spec();
    TextbookStep step = TextbookStep.of(manager, model, task, spec, BATCHES, false);
    Layout layout = model.layout(Signature.of(task, Purpose.TRAINING));
    TrainingState state =
        new TrainingState(spec, layout.tensors(), Initialization.PAPER.draw(layout, 3));
    RecordSpec record = Records.metrics(300).evaluationBatches(BATCHES).spec();
    new Trainer(step, spec, record, layout.size(), (now, metrics) -> List.of(), now -> {})
        .run(state, now -> true);
    Metrics first = state.metrics().get(0);
    Metrics last = state.metrics().get(1);
    assertThat(first.testAccuracy()).isLessThan(0.5);
    assertThat(last.testAccuracy()).isGreaterThan(0.95);
    assertThat(last.oodAccuracy()).isGreaterThan(0.95);
  }
}
