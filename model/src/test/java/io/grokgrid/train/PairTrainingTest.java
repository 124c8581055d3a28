package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.step.Float64;
import io.grokgrid.step.PairStep;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TextbookStep;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.BatchOrder;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.Examples;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.ModularTask;
import io.grokgrid.task.Split;
import io.grokgrid.tensor.Autograd;
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
import java.util.concurrent.atomic.AtomicBoolean;
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
    int[] zeros = new int[OPTIONS.length];
    forEachChoice(zeros.clone(), 0, 2, choice -> open.addAll(couples(choice)));
    List<int[]> chosen = new ArrayList<>();
    Random random = new Random(1);
    while (!open.isEmpty()) {
      int[] best = zeros;
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
      open.removeAll(couples(best));
      if (most > 0) {
        chosen.add(best);
      }
    }
    return chosen;
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
    boolean equals = choice[3] == 1;
    return new TransformerSpec(
        1,
        8,
        2,
        4,
        24,
        List.of(Activation.values()).get(choice[1]),
        List.of(Outputs.values()).get(choice[8]),
        List.of(Encoding.values()).get(choice[0]),
        new double[] {1, 0, 0.4}[choice[2]],
        choice[4] == 1,
        equals,
        false,
        equals ? 3 : 2,
        true,
        Normalization.NONE,
        choice[5] == 1,
        choice[6] == 1,
        choice[7] == 1,
        false,
        0,
        Initialization.PAPER);
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
    ModularTask task = new ModularTask(ModularOperation.ADD, P, 0.6, Split.JAVA, 0, 0);
    Examples dataset = new Examples(task, 1);
    LossForm form = List.of(LossForm.values()).get(choice[PRECISION]);
    int batch = choice[BATCH] == 1 ? 7 : 0;
    TrainingSpec spec = Specs.training(205, batch, BatchOrder.SHUFFLED, -1, form);
    Layout layout = model.layoutOfPairs(P);
    float[] parameters = Initialization.PAPER.draw(layout, 1);
    TrainingStep trained = PairStep.of(manager, model, P, dataset, spec);
    TrainingStep pairs = PairStep.of(manager, model, P, dataset, Specs.training(form));
    TrainingStep textbook = TextbookStep.of(manager, model, P, dataset, Specs.training(form), true);
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

  private static Milestones run(boolean pairTables) {
    int p = 23;
    TransformerSpec model =
        Models.model(
            1, 64, 4, 256, Activation.RELU, Encoding.LEARNED, 1, false, Normalization.NONE);
    ModularTask task = new ModularTask(ModularOperation.ADD, p, 0.7, Split.JAVA, 0, 0);
    TrainingSpec spec =
        new TrainingSpec(
            0,
            4000,
            0,
            TrainingSpec.OptimizerKind.ADAMW,
            2e-3,
            0.9,
            0.98,
            1e-8,
            0,
            2,
            10,
            0,
            BatchOrder.SHUFFLED,
            -1,
            TrainingSpec.LossPrecision.FLOAT64,
            TrainingSpec.Loss.CROSS_ENTROPY,
            0.03,
            0.1,
            0.95,
            -1,
            0);
    Examples dataset = new Examples(task, spec.seed());
    Layout layout = model.layoutOfPairs(p);
    try (NDManager own = Autograd.newManager(Device.cpu())) {
      TrainingStep step =
          pairTables
              ? PairStep.of(own, model, p, dataset, spec)
              : TextbookStep.of(own, model, p, dataset, spec, true);
      TrainingState state =
          new TrainingState(spec, layout.tensors(), Initialization.PAPER.draw(layout, spec.seed()));
      new Trainer(
              step,
              spec,
              new RecordSpec(50, 0, 0, 0, 1, 0, 0),
              layout.size(),
              (s, metrics) -> List.of(),
              s -> {})
          .run(state, s -> true);
      assertThat(state.step()).isEqualTo(4000);
      return Milestones.of(state.metrics());
    }
  }

  /**
   * Nothing that autograd reads may be freed by a collection between the tables and {@code
   * backward}: most of this step lies between the two.
   */
  @Test
  void gradientsSurviveCollections() throws InterruptedException {
    int p = 59;
    TransformerSpec model =
        Models.model(1, 16, 4, 32, Activation.GELU, Encoding.ALIBI, 0.5, true, Normalization.NONE);
    ModularTask task = new ModularTask(ModularOperation.ADD, p, 0.9, Split.JAVA, 0, 0);
    Examples dataset = new Examples(task, 1);
    Layout layout = model.layoutOfPairs(p);
    float[] parameters = Initialization.PAPER.draw(layout, 1);
    TrainingStep step = PairStep.of(manager, model, p, dataset, Specs.training(LossForm.FLOAT64));
    float[] expected = new float[parameters.length];
    float[] gradient = new float[parameters.length];
    step.lossAndGradient(parameters, expected, 0);
    AtomicBoolean over = new AtomicBoolean();
    Thread collector =
        new Thread(
            () -> {
              while (!over.get()) {
                System.gc();
              }
            });
    collector.start();
    try {
      int collected = 0;
      while (collected < 50) {
        long before = collections();
        step.lossAndGradient(parameters, gradient, 0);
        collected += collections() > before ? 1 : 0;
        assertThat(gradient).isEqualTo(expected);
      }
    } finally {
      over.set(true);
      collector.join();
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
        new TransformerSpec(
            1,
            4,
            1,
            4,
            8,
            Activation.RELU,
            Outputs.RESIDUES,
            Encoding.NONE,
            1,
            false,
            true,
            false,
            3,
            true,
            Normalization.NONE,
            true,
            true,
            true,
            true,
            0,
            Initialization.PAPER);
    ModularTask task = new ModularTask(ModularOperation.MULTIPLY, 2, 0.5, Split.JAVA, 0, 0);
    Examples dataset = zeroAnswers(task);
    Layout layout = model.layoutOfPairs(2);
    float[] parameters = new float[layout.size()];
    int bias = layout.size() - 2; // b_U, the last tensor
    parameters[bias] = 30;
    double wrong = Math.exp(-30);
    boolean ordinary = form == LossForm.FLOAT32;
    for (TrainingStep step :
        List.of(
            PairStep.of(manager, model, 2, dataset, Specs.training(form)),
            TextbookStep.of(manager, model, 2, dataset, Specs.training(form), true))) {
      float[] gradient = new float[parameters.length];
      double loss = step.lossAndGradient(parameters, gradient, 0);
      assertThat(loss).isCloseTo(ordinary ? 0 : wrong, within(ordinary ? 0 : 2e-3 * wrong));
      assertThat((double) gradient[bias])
          .isCloseTo(ordinary ? 0 : -wrong, within(ordinary ? 0 : 2e-3 * wrong));
    }
  }

  /** The first split in which every training example's answer is 0. */
  private static Examples zeroAnswers(ModularTask task) {
    for (long seed = 0; ; seed++) {
      Examples dataset =
          new Examples(new ModularTask(task.operation(), task.p(), 0.5, Split.JAVA, seed, 0), seed);
      if (Arrays.stream(dataset.answers()).limit(dataset.trainExamples()).allMatch(a -> a == 0)) {
        return dataset;
      }
    }
  }
}
