package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.step.Float64;
import io.grokgrid.step.PairStep;
import io.grokgrid.step.PairSteps;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.Examples;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.tensor.LossForm;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pair tables and the textbook form along a training, where the state is no longer random. */
@ExtendWith(EngineManager.class)
class PairTrainingTest {
  private static final int P = 5;

  /** How many values each option has; {@link #model} says which. */
  private static final int[] OPTIONS = {5, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2};

  private static final int BATCH = 9;
  private static final int PRECISION = 10;

  private final NDManager manager;

  PairTrainingTest(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Choices in which every two values of two options occur together: greedily, the best of many.
   */
  static List<int[]> pairwise() {
    Set<String> open = new HashSet<>();
    forEachChoice(new int[OPTIONS.length], 0, 2, choice -> open.addAll(couples(choice)));
    List<int[]> chosen = new ArrayList<>();
    Random random = new Random(1);
    while (!open.isEmpty()) {
      int[] best = bestOfMany(open, random);
      if (open.removeAll(couples(best))) {
        chosen.add(best);
      }
    }
    return chosen;
  }

  private static int[] bestOfMany(Set<String> open, Random random) {
    int[] best = new int[OPTIONS.length];
    long most = -1;
    for (int i = 0; i < 200; i++) {
      int[] choice = new int[OPTIONS.length];
      Arrays.setAll(choice, option -> random.nextInt(OPTIONS[option]));
      long covered = couples(choice).stream().filter(open::contains).count();
      if (covered > most) {
        best = choice;
        most = covered;
      }
    }
    return best;
  }

  /** All values of every two options, the others at 0. */
  private static void forEachChoice(int[] choice, int option, int free, Consumer<int[]> action) {
    if (free == 0 || option == OPTIONS.length) {
      action.accept(choice);
      return;
    }
    forEachChoice(choice, option + 1, free, action);
    for (int value = 1; value < OPTIONS[option]; value++) {
      choice[option] = value;
      forEachChoice(choice, option + 1, free - 1, action);
    }
    choice[option] = 0;
  }

  private static Set<String> couples(int[] choice) {
    Set<String> couples = new HashSet<>();
    for (int one = 0; one < choice.length; one++) {
      for (int other = one + 1; other < choice.length; other++) {
        couples.add(one + "=" + choice[one] + " " + other + "=" + choice[other]);
      }
    }
    return couples;
  }

  private static TransformerSpec model(int[] choice) {
    return Models.parts()
        .widths(8, 2, 4)
        .hidden(24)
        .activation(List.of(Activation.values()).get(choice[1]))
        .outputs(List.of(Outputs.values()).get(choice[8]))
        .encoding(List.of(Encoding.values()).get(choice[0]))
        .attentionRate(new double[] {1, 0, 0.4}[choice[2]])
        .causal(choice[4] == 1)
        .equalsToken(choice[3] == 1)
        .residual(choice[5] == 1)
        .outputProjection(choice[6] == 1)
        .mlpResidual(choice[7] == 1)
        .model();
  }

  /**
   * After training no float32 form holds what an untrained network allows: the bound is five times
   * the error of the textbook form in float32, both against float64 at the same parameters. ReLU
   * inputs that round to either side of 0 excuse a state, not five in a row.
   */
  @ParameterizedTest
  @MethodSource("pairwise")
  void gradientsOfATrainedNetworkAreAsGoodAsTheTextbooks(int[] choice) {
    TransformerSpec model = model(choice);
    Examples dataset = new Examples(Tasks.modular(P).task(), 1);
    LossForm form = List.of(LossForm.values()).get(choice[PRECISION]);
    int batch = choice[BATCH] == 1 ? 7 : 0;
    TrainingSpec spec = Specs.training().steps(205).batchSize(batch).loss(form).spec();
    Layout layout = model.layoutOfPairs(P);
    float[] parameters = Initialization.PAPER.draw(layout, 1);
    TrainingStep trained = PairSteps.of(manager, model, P, dataset, spec);
    TrainingSpec whole = Specs.training().loss(form).spec();
    TrainingStep pairs = PairSteps.of(manager, model, P, dataset, whole);
    TrainingStep textbook = TextbookStep.of(manager, model, P, dataset, whole, true);
    Optimizer optimizer = new Optimizer(spec, layout.tensors());
    float[] gradient = new float[parameters.length];
    List<Double> ratios = new ArrayList<>();
    int states = model.activation() == Activation.RELU ? 5 : 1;
    for (int step = 0; step < 200 + states; step++) {
      if (step >= 200) {
        ratios.add(ratio(model, dataset, layout, parameters, textbook, pairs));
      }
      trained.lossAndGradient(parameters, gradient, step);
      optimizer.update(parameters, gradient, step);
    }
    assertThat(ratios).as("%s %s", model, form).anyMatch(ratio -> ratio <= 5);
  }

  /** The error of the pair tables' gradient over that of the textbook's in float32. */
  private double ratio(
      TransformerSpec model,
      Examples dataset,
      Layout layout,
      float[] parameters,
      TrainingStep textbook,
      TrainingStep pairs) {
    double[] truth = Float64.gradient(manager, model, P, dataset, parameters, null);
    float[] gradient = new float[parameters.length];
    textbook.lossAndGradient(parameters, gradient, 0);
    double expected = Float64.error(layout, truth, gradient);
    pairs.lossAndGradient(parameters, gradient, 0);
    return Float64.error(layout, truth, gradient) / expected;
  }

  /** A whole run of a network that groks, in both forms: metrics every 50 steps. */
  @Test
  @Tag("slow")
  void aWholeRunGroksAtTheSameStep() {
    Milestones pairs = run(true);
    Milestones textbook = run(false);
    assertWithinOneRecord(pairs.memorisedStep(), textbook.memorisedStep());
    assertWithinOneRecord(pairs.grokStep(), textbook.grokStep());
  }

  private static void assertWithinOneRecord(@Nullable Integer found, @Nullable Integer expected) {
    assertThat(Objects.requireNonNull(found))
        .isCloseTo(Objects.requireNonNull(expected), within(50));
  }

  private Milestones run(boolean pairTables) {
    int p = 23;
    TransformerSpec model =
        Models.parts()
            .widths(64, 4, 16)
            .hidden(256)
            .activation(Activation.RELU)
            .causal(false)
            .equalsToken(false)
            .model();
    TrainingSpec spec =
        Specs.training().seed(0).steps(4000).learningRate(2e-3).weightDecay(2).spec();
    Examples dataset = new Examples(Tasks.modular(p).trainFraction(0.7).task(), spec.seed());
    Layout layout = model.layoutOfPairs(p);
    TrainingStep step =
        pairTables
            ? PairStep.of(manager, model, p, dataset, spec)
            : TextbookStep.of(manager, model, p, dataset, spec, true);
    TrainingState state =
        new TrainingState(spec, layout.tensors(), Initialization.PAPER.draw(layout, spec.seed()));
    RecordSpec record = Records.metrics(50).spec();
    new Trainer(step, spec, record, layout.size(), (s, metrics) -> List.of(), s -> {})
        .run(state, s -> true);
    assertThat(state.step()).isEqualTo(4000);
    return Milestones.of(state.metrics());
  }

  /**
   * Nothing that autograd reads may be freed by a collection between the tables and {@code
   * backward}: most of this step lies between the two.
   */
  @Test
  void gradientsSurviveCollections() throws InterruptedException {
    int p = 59;
    TransformerSpec model =
        Models.parts()
            .widths(16, 4, 4)
            .hidden(32)
            .encoding(Encoding.ALIBI)
            .attentionRate(0.5)
            .model();
    Examples dataset = new Examples(Tasks.modular(p).trainFraction(0.9).task(), 1);
    Layout layout = model.layoutOfPairs(p);
    float[] parameters = Initialization.PAPER.draw(layout, 1);
    TrainingStep step = PairSteps.of(manager, model, p, dataset, Specs.training().spec());
    float[] expected = new float[parameters.length];
    step.lossAndGradient(parameters, expected, 0);
    Thread collector = new Thread(PairTrainingTest::collectUntilInterrupted);
    collector.start();
    try {
      assertSameThroughCollections(step, parameters, expected);
    } finally {
      collector.interrupt();
      collector.join();
    }
  }

  private static void assertSameThroughCollections(
      TrainingStep step, float[] parameters, float[] expected) {
    float[] gradient = new float[parameters.length];
    int collected = 0;
    while (collected < 50) {
      long before = collections();
      step.lossAndGradient(parameters, gradient, 0);
      collected += collections() > before ? 1 : 0;
      assertThat(gradient).isEqualTo(expected);
    }
  }

  private static void collectUntilInterrupted() {
    while (!Thread.currentThread().isInterrupted()) {
      System.gc();
    }
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /**
   * A network whose answer leads by 30 whatever it reads: in ordinary float32 the loss and the
   * derivative by the answer's logit are 0, in float64 they are what they are (the textbook's to
   * the three digits that 1 + 1e-13 leaves of them).
   */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void underflowsAsOrdinaryFloat32DoesAndNotInFloat64(LossForm form) {
    TransformerSpec model =
        Models.parts()
            .widths(4, 1, 4)
            .hidden(8)
            .activation(Activation.RELU)
            .encoding(Encoding.NONE)
            .causal(false)
            .unembedBias(true)
            .model();
    Examples dataset = zeroAnswers();
    TrainingSpec spec = Specs.training().loss(form).spec();
    assertLeadsBy30(form, PairStep.of(manager, model, 2, dataset, spec), model);
    assertLeadsBy30(form, TextbookStep.of(manager, model, 2, dataset, spec, true), model);
  }

  private static void assertLeadsBy30(LossForm form, TrainingStep step, TransformerSpec model) {
    Layout.Tensor bias = model.layoutOfPairs(2).at("unembed.b_U");
    float[] parameters = new float[model.layoutOfPairs(2).size()];
    parameters[bias.offset()] = 30;
    float[] gradient = new float[parameters.length];
    double loss = step.lossAndGradient(parameters, gradient, 0);
    double wrong = form == LossForm.FLOAT32 ? 0 : Math.exp(-30);
    assertThat(loss).isCloseTo(wrong, within(2e-3 * wrong));
    assertThat((double) gradient[bias.offset()]).isCloseTo(-wrong, within(2e-3 * wrong));
  }

  /** Of products modulo 2, the first split in which every training example's answer is 0. */
  private static Examples zeroAnswers() {
    Tasks.Modular products =
        Tasks.modular(2).operation(ModularOperation.MULTIPLY).trainFraction(0.5);
    for (long seed = 0; ; seed++) {
      Examples dataset = new Examples(products.splitSeed(seed).task(), seed);
      if (Arrays.stream(dataset.answers()).limit(dataset.trainExamples()).allMatch(a -> a == 0)) {
        return dataset;
      }
    }
  }
}
