package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.step.PairStep;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.BatchOrder;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.Examples;
import io.grokgrid.task.ModularTask;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.Autograd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final ModularTask TASK = Tasks.modular(11).task();
  private static final TransformerSpec MODEL = Models.mainline(16, 4, 32);
  private static final Layout LAYOUT = MODEL.layoutOfPairs(TASK.p());
  private static final RecordSpec RECORD =
      Records.metrics(10).attention(20).measurements(30).spec();

  /** One run on a manager of its own. */
  private static final class Session implements AutoCloseable {
    final NDManager manager = Autograd.newManager(Device.cpu());
    final Trainer trainer;
    final List<Integer> checkpoints = new ArrayList<>();
    final TrainingState fresh;

    Session(TrainingSpec spec, RecordSpec record, boolean pairs) {
      Examples dataset = new Examples(TASK, spec.seed());
      float[] parameters = Initialization.PAPER.draw(LAYOUT, spec.seed());
      TrainingStep step =
          pairs
              ? PairStep.of(manager, MODEL, TASK.p(), dataset, spec)
              : TextbookStep.of(manager, MODEL, TASK.p(), dataset, spec, true);
      trainer =
          new Trainer(
              step,
              spec,
              record,
              parameters.length,
              (state, metrics) ->
                  List.of(new Measurement(metrics.step(), "loss", "train", metrics.trainLoss())),
              state -> checkpoints.add(state.step()));
      fresh = new TrainingState(spec, LAYOUT.tensors(), parameters);
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  private static TrainingState train(TrainingSpec spec, Predicate<TrainingState> goOn) {
    return train(spec, goOn, true);
  }

  private static TrainingState train(
      TrainingSpec spec, Predicate<TrainingState> goOn, boolean pairs) {
    try (Session session = new Session(spec, RECORD, pairs)) {
      session.trainer.run(session.fresh, goOn);
      return session.fresh;
    }
  }

  private static void assertSame(TrainingState one, TrainingState other) {
    assertThat(one.parameters()).isEqualTo(other.parameters());
    assertThat(one.metrics()).isEqualTo(other.metrics());
    assertThat(one.attention()).isEqualTo(other.attention());
    assertThat(one.measurements()).isEqualTo(other.measurements());
    assertThat(one.gradientNorm()).isEqualTo(other.gradientNorm());
    assertThat(one.step()).isEqualTo(other.step());
  }

  @ParameterizedTest
  @CsvSource({
    "0, SHUFFLED, true",
    "13, SHUFFLED, true",
    "13, WITH_REPLACEMENT, true",
    "0, SHUFFLED, false",
    "13, SHUFFLED, false"
  })
  void goesOnBitForBitFromASavedState(int batchSize, BatchOrder order, boolean pairs)
      throws Exception {
    TrainingSpec spec = Specs.training().steps(200).batchSize(batchSize).order(order).spec();
    TrainingState whole = train(spec, state -> true, pairs);
    TrainingState cut = train(spec, state -> state.step() < 73, pairs);
    assertThat(cut.step()).isEqualTo(73);
    TrainingState restored = States.copy(cut, spec, LAYOUT);
    try (Session session = new Session(spec, RECORD, pairs)) {
      assertThat(session.trainer.run(restored, state -> true)).isEqualTo(Trainer.End.FINISHED);
    }
    assertSame(restored, whole);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isTheSameWhateverRunsBesideIt(boolean pairs) throws Exception {
    TrainingSpec spec = Specs.training().steps(150).spec();
    TrainingState alone = train(spec, state -> true, pairs);
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      Future<TrainingState> one = two.submit(() -> train(spec, state -> true, pairs));
      Future<TrainingState> second = two.submit(() -> train(spec, state -> true, pairs));
      assertSame(one.get(), alone);
      assertSame(second.get(), alone);
    } finally {
      two.shutdown();
    }
  }

  @Test
  void recordsStepZeroEveryMultipleAndTheLastStep() {
    TrainingState state = train(Specs.training().steps(25).spec(), s -> true);
    assertThat(state.metrics()).extracting(Metrics::step).containsExactly(0, 10, 20, 25);
    assertThat(state.attention())
        .extracting(AttentionMean::step)
        .contains(0, 20, 25)
        .doesNotContain(10);
    assertThat(state.metrics().get(0).gradientNorm()).isNull();
    assertThat(state.metrics().get(1).gradientNorm()).isPositive();
    assertThat(state.metrics().get(0).oodLoss()).isNull();
  }

  /** What a run is must not depend on how often it is measured: its id does not. */
  @Test
  void measurementsAddNoMetrics() {
    TrainingSpec spec = Specs.training().steps(25).spec();
    try (Session session = new Session(spec, Records.metrics(10).measurements(7).spec(), true)) {
      session.trainer.run(session.fresh, state -> true);
      assertThat(session.fresh.metrics()).extracting(Metrics::step).containsExactly(0, 10, 20, 25);
      assertThat(session.fresh.measurements())
          .extracting(Measurement::step)
          .containsExactly(0, 7, 14, 21, 25);
    }
  }

  @Test
  void attentionWeightsOfAQuerySumToOneAndMaskedPairsHaveNoRow() {
    TrainingState state = train(Specs.training().steps(1).spec(), s -> true);
    List<AttentionMean> first =
        state.attention().stream().filter(mean -> mean.step() == 0 && mean.head() == 0).toList();
    assertThat(first).hasSize(6).allMatch(mean -> mean.key() <= mean.query());
    assertThat(
            first.stream()
                .filter(mean -> mean.query() == 2)
                .mapToDouble(AttentionMean::meanWeight)
                .sum())
        .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endsAsDivergedAtTheFirstLossThatIsNotFinite(boolean pairs) {
    TrainingSpec spec =
        Specs.training()
            .optimizer(TrainingSpec.OptimizerKind.SGD)
            .learningRate(1e30)
            .weightDecay(0)
            .warmup(0)
            .spec();
    try (Session session = new Session(spec, RECORD, pairs)) {
      assertThat(session.trainer.run(session.fresh, state -> true)).isEqualTo(Trainer.End.DIVERGED);
      List<Metrics> metrics = session.fresh.metrics();
      assertThat(metrics.get(metrics.size() - 1).step()).isEqualTo(session.fresh.step());
      assertThat(session.fresh.step()).isLessThan(10);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsNoArraysFromStepToStep(boolean pairs) {
    TrainingSpec spec = Specs.training().steps(2000).spec();
    try (Session session = new Session(spec, Records.metrics(100).attention(100).spec(), pairs)) {
      int[] arrays = new int[2];
      session.trainer.run(
          session.fresh,
          state -> {
            if (state.step() == 150) {
              arrays[0] = session.manager.getManagedArrays().size();
            }
            arrays[1] = session.manager.getManagedArrays().size();
            return true;
          });
      assertThat(session.fresh.step()).isEqualTo(2000);
      assertThat(arrays[1]).isEqualTo(arrays[0]);
    }
  }

  private static List<Integer> planned(int checkpoints, int steps) {
    return List.copyOf(Records.metrics(10).checkpoints(checkpoints).spec().plannedSteps(steps));
  }

  @Test
  void keepsWeightsEvenlyOnALogarithmicScale() {
    assertThat(planned(4, 1000)).containsExactly(0, 10, 100, 1000);
    assertThat(planned(3, 40_000)).containsExactly(0, 200, 40_000);
    assertThat(planned(2, 1000)).containsExactly(0, 1000);
    assertThat(planned(1, 1000)).containsExactly(1000);
    assertThat(planned(0, 1000)).isEmpty();
    assertThat(planned(50, 7)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    List<Integer> twelve = planned(12, 1 << 22);
    assertThat(twelve).hasSize(12).startsWith(0, 4, 16, 64).endsWith(1 << 20, 1 << 22);
  }

  /** So that what they kept is found. */
  @Test
  void knowsWhereEarlierVersionsKeptWeights() {
    RecordSpec five = Records.metrics(10).checkpoints(5).spec();
    assertThat(five.plannedStepsOfOld(1000)).containsExactly(0, 1, 10, 100, 1000);
  }

  @Test
  void keepsTheWeightsOfTheLastStepMade() {
    TrainingSpec spec = Specs.training().steps(16).spec();
    try (Session session = new Session(spec, Records.metrics(10).checkpoints(3).spec(), true)) {
      session.trainer.run(session.fresh, state -> true);
      assertThat(session.checkpoints).containsExactly(0, 4, 16);
    }
  }

  @Test
  void keepsTheWeightsOfExactSteps() {
    TrainingSpec spec = Specs.training().steps(16).spec();
    RecordSpec record = Records.metrics(10).checkpointSteps("7, 3,3,16").spec();
    assertThat(record.checkpointSteps()).isEqualTo("3, 7, 16");
    RecordSpec both = Records.metrics(10).checkpoints(3).checkpointSteps("5").spec();
    try (Session exact = new Session(spec, record, true);
        Session more = new Session(spec, both, true)) {
      exact.trainer.run(exact.fresh, state -> true);
      more.trainer.run(more.fresh, state -> true);
      assertThat(exact.checkpoints).containsExactly(3, 7, 16);
      assertThat(more.checkpoints).containsExactly(0, 4, 5, 16);
    }
  }

  @Test
  void keepsTheScoresOnTheTrainingExamplesBesideThoseOnAll() {
    TrainingSpec spec = Specs.training().steps(20).spec();
    try (Session session = new Session(spec, Records.metrics(10).attention(20).spec(), true)) {
      session.trainer.run(session.fresh, state -> true);
      List<Measurement> scores = session.fresh.measurements();
      assertThat(scores).hasSameSizeAs(session.fresh.attention());
      assertThat(scores).extracting(Measurement::step).containsOnly(0, 20);
      assertThat(scores)
          .allSatisfy(
              score -> assertThat(score.name()).matches("train_score\\.0\\.[0-9]\\.[0-2]\\.[0-2]"));
    }
  }

  /**
   * Scores on the training examples are measurements too, and must not hide that others are due.
   */
  @Test
  void measuresALastStepWhoseAttentionWasRecordedBefore() {
    RecordSpec record = Records.metrics(10).attention(10).measurements(20).spec();
    TrainingSpec ten = Specs.training().steps(10).spec();
    try (Session session = new Session(Specs.training().steps(40).spec(), record, true);
        Session shorter = new Session(ten, record, true)) {
      session.trainer.run(session.fresh, state -> state.step() < 10);
      shorter.trainer.run(session.fresh, state -> true);
      assertThat(session.fresh.measurements())
          .filteredOn(measurement -> measurement.analysis().equals("loss"))
          .extracting(Measurement::step)
          .containsExactly(0, 10);
    }
  }
}
