package io.grokgrid.experiment;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Randomness;
import io.grokgrid.config.SpecReader;
import io.grokgrid.keys.Key;
import io.grokgrid.math.Products;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Product;
import io.grokgrid.run.Cost;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.StepForm;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.train.Optimizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures training steps (loss, gradient and update) against the textbook network's and against
 * what their matrix products must take, on one core.
 *
 * <p>Everything runs in one process and in turns, and medians are compared: a machine's speed
 * drifts by a fifth and more, so that only ratios within a row mean anything.
 */
public final class Bench {
  /** Rows, inner and columns of the products whose speed is looked for. */
  private static final int[][] PRODUCTS = {{256, 512, 128}, {256, 128, 512}, {512, 512, 512}};

  /** How long each shape of product is tried. */
  private static final long SHAPE_NANOSECONDS = 50_000_000;

  /** What is measured: a preset, some of its keys set otherwise. */
  public record Subject(String preset, List<String> settings) {}

  /**
   * A row.
   *
   * @param p modulus, of modular tasks
   * @param trainFraction of tables
   * @param rule of sequences
   * @param examples trained on in a step
   * @param stepMs median of the form that a run takes, milliseconds
   * @param runsPerHour that a core trains at this step, of as many steps as the preset has
   * @param textbookStepMs of the textbook form: every position through every layer
   * @param lastPositionStepMs of the textbook form, query, MLP and unembedding at the last position
   *     only
   * @param gflop operations of the fast form's matrix products, 10^9; of the textbook's where there
   *     is no fast form
   * @param floorMs what these take at the best speed that any product reached in this process
   * @param shapesFloorMs likewise, but at the best speed of each product's own shape, the engine's
   *     or this project's on plain arrays
   * @param maxGradientError over all parameters, the largest error of the step's gradient against
   *     the textbook's, both float32, over the largest magnitude in the same tensor; a ReLU input
   *     so near 0 that the two fall on either side of it counts fully
   */
  public record Timing(
      String preset,
      @Nullable Integer p,
      @Nullable Double trainFraction,
      @Nullable String rule,
      int examples,
      double stepMs,
      double runsPerHour,
      double textbookStepMs,
      double lastPositionStepMs,
      double gflop,
      double floorMs,
      double shapesFloorMs,
      double maxGradientError) {}

  private final double warmUpSeconds;
  private final double turnSeconds;
  private final int turns;

  /**
   * @param warmUpSeconds that each form trains before it is measured
   * @param turnSeconds that a turn of one form takes
   * @param turns of each form
   */
  public Bench(double warmUpSeconds, double turnSeconds, int turns) {
    this.warmUpSeconds = warmUpSeconds;
    this.turnSeconds = turnSeconds;
    this.turns = turns;
  }

  /** The mainline network at four sizes, and every preset. */
  public static List<Subject> subjects() {
    List<Subject> subjects = new ArrayList<>();
    subjects.add(new Subject("nanda", List.of()));
    for (int p : new int[] {59, 23, 7}) {
      subjects.add(new Subject("nanda", List.of("run.task.p=" + p, "run.task.train_fraction=0.5")));
    }
    for (String preset :
        List.of("attention_symmetry", "clock", "pizza", "louapre", "power", "prieto")) {
      subjects.add(new Subject(preset, List.of()));
    }
    for (String rule : List.of("shift_invariant", "k_back")) {
      subjects.add(
          new Subject("sequence", List.of("run.task.rule=" + rule, "run.model.dropout=0")));
    }
    return subjects;
  }

  /** One preset with these settings. */
  public static RunSpec run(Subject subject) {
    return SpecReader.preset(subject.preset(), subject.settings());
  }

  /** The step of the form that a run takes, by itself: median, milliseconds. */
  public double stepMs(RunSpec run) {
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      Timed timed = new Timed(StepForm.of(run), manager, run);
      timed.run(warmUpSeconds, turnSeconds);
      for (int turn = 0; turn < turns; turn++) {
        timed.turn();
      }
      return timed.median();
    }
  }

  /** Measures one. */
  public Timing measure(Subject subject) {
    RunSpec run = run(subject);
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      Timed textbook = new Timed(StepForm.TEXTBOOK, manager, run);
      Timed answerOnly = new Timed(StepForm.ANSWER_ONLY, manager, run);
      Timed fast =
          StepForm.of(run) == StepForm.ANSWER_ONLY
              ? answerOnly
              : new Timed(StepForm.of(run), manager, run);
      double error = error(run.layout(), textbook, fast);
      Set<Timed> all = new LinkedHashSet<>(List.of(fast, textbook, answerOnly));
      all.forEach(timed -> timed.run(warmUpSeconds, turnSeconds));
      double speed = 0;
      for (int turn = 0; turn < turns; turn++) {
        all.forEach(Timed::turn);
        speed = Math.max(speed, speed(manager));
      }
      double operations = Cost.operations(run);
      return new Timing(
          subject.preset(),
          (Integer) Key.of("task.p").value(run),
          (Double) Key.of("task.train_fraction").value(run),
          (String) Key.of("task.rule").value(run),
          run.examplesAStep(),
          fast.median(),
          3.6e6 / (fast.median() * run.training().steps()),
          textbook.median(),
          answerOnly.median(),
          operations / 1e9,
          operations / speed * 1e3,
          shapesFloorMs(manager, run, operations, speed),
          error);
    }
  }

  private static double error(Layout layout, Timed expected, Timed found) {
    float[] right = expected.gradient();
    float[] gradient = found.gradient();
    double worst = 0;
    for (Layout.Tensor tensor : layout.tensors()) {
      double largest = 0;
      double error = 0;
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        largest = Math.max(largest, Math.abs(right[i]));
        error = Math.max(error, Math.abs(right[i] - (double) gradient[i]));
      }
      worst = Math.max(worst, error == 0 ? 0 : error / largest);
    }
    return worst;
  }

  /** One form of a run, trained from its beginning on. */
  private static final class Timed {
    private final TrainingStep step;
    private final Optimizer optimizer;
    private final float[] parameters;
    private final float[] gradient;
    private final List<Double> milliseconds = new ArrayList<>();
    private int steps;
    private int stepsATurn = 1;

    Timed(StepForm form, NDManager manager, RunSpec run) {
      step = form.step(manager, run);
      Layout layout = run.layout();
      parameters = run.model().draw(layout, run.training().seed());
      gradient = new float[parameters.length];
      optimizer = new Optimizer(run.training(), layout.tensors());
    }

    /** At the beginning. */
    float[] gradient() {
      step.lossAndGradient(parameters, gradient, 0);
      return gradient;
    }

    /** Trains for so long, to be measured in turns afterwards. */
    void run(double seconds, double turnSeconds) {
      long start = System.nanoTime();
      int before = steps;
      double spent;
      do {
        train();
        spent = (System.nanoTime() - start) * 1e-9;
      } while (spent < seconds);
      stepsATurn = (int) Math.max(1, (steps - before) * turnSeconds / spent);
    }

    void turn() {
      long start = System.nanoTime();
      for (int i = 0; i < stepsATurn; i++) {
        train();
      }
      milliseconds.add((System.nanoTime() - start) * 1e-6 / stepsATurn);
    }

    private void train() {
      step.lossAndGradient(parameters, gradient, steps);
      optimizer.update(parameters, gradient, steps);
      steps++;
    }

    double median() {
      return milliseconds.stream().sorted().skip(milliseconds.size() / 2).findFirst().orElseThrow();
    }
  }

  /** The time of all products at the speeds of their shapes; what has no shape, at the best. */
  private static double shapesFloorMs(
      NDManager manager, RunSpec run, double operations, double speed) {
    double milliseconds = 0;
    double shaped = 0;
    Map<Product, Double> known = new HashMap<>();
    for (Product product : Cost.products(run)) {
      if (product.count() == 0) {
        continue;
      }
      Product one = new Product(1, product.rows(), product.inner(), product.columns());
      double each = known.computeIfAbsent(one, shape -> milliseconds(manager, shape));
      milliseconds += product.count() * each;
      shaped += product.operations();
    }
    return milliseconds + (operations - shaped) / speed * 1e3;
  }

  /** The least time of a product, by the engine or on plain arrays. */
  private static double milliseconds(NDManager manager, Product shape) {
    int rows = (int) Math.ceil(shape.rows());
    int inner = (int) Math.ceil(shape.inner());
    int columns = (int) Math.ceil(shape.columns());
    int padded = Vectors.padded(columns);
    float[] a = new float[rows * inner];
    float[] b = new float[inner * padded];
    float[] c = new float[rows * padded];
    Products products = new Products();
    double best = Double.POSITIVE_INFINITY;
    try (NDArray left = random(manager, rows, inner);
        NDArray right = random(manager, inner, columns)) {
      long begin = System.nanoTime();
      for (int i = 0; i < 10 || System.nanoTime() - begin < SHAPE_NANOSECONDS; i++) {
        long start = System.nanoTime();
        left.matMul(right).close();
        long middle = System.nanoTime();
        products.multiply(a, 0, inner, 1, b, 0, padded, c, 0, padded, rows, inner, padded, false);
        long end = System.nanoTime();
        best = Math.min(best, 1e-6 * Math.min(middle - start, end - middle));
      }
    }
    return best;
  }

  /** The best speed of a matrix product right now, operations a second. */
  private static double speed(NDManager manager) {
    double best = 0;
    for (int[] shape : PRODUCTS) {
      try (NDArray left = random(manager, shape[0], shape[1]);
          NDArray right = random(manager, shape[1], shape[2])) {
        double operations = 2.0 * shape[0] * shape[1] * shape[2];
        for (int i = 0; i < 20; i++) {
          long start = System.nanoTime();
          left.matMul(right).close();
          best = Math.max(best, operations * 1e9 / (System.nanoTime() - start));
        }
      }
    }
    return best;
  }

  private static NDArray random(NDManager manager, int rows, int columns) {
    Randomness random = Randomness.stream(1, "bench");
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(rows, columns));
  }
}
