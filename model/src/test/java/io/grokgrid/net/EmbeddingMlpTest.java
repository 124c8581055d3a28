package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(EngineManager.class)
class EmbeddingMlpTest {
  private static final int N = 5;
  private static final long[] PAIRS = {0, 1, 4, 2, 3, 3, 1, 0};

  private final NDManager manager;

  EmbeddingMlpTest(NDManager manager) {
    this.manager = manager;
  }

  static Stream<EmbeddingMlpSpec> everyKind() {
    Stream<EmbeddingMlpSpec> embedded =
        Stream.of(Combine.values())
            .flatMap(
                combine -> Stream.of(true, false).flatMap(separate -> kinds(combine, separate)));
    return Stream.concat(embedded, oneHot());
  }

  private static Stream<EmbeddingMlpSpec> oneHot() {
    return Stream.of(1, 2, 3)
        .flatMap(layers -> Stream.of(true, false).map(bias -> oneHot(layers, bias)));
  }

  private static EmbeddingMlpSpec oneHot(int layers, boolean bias) {
    return Models.mlp()
        .with("oneHot", true)
        .layers(layers)
        .activation(layers == 2 ? Activation.RELU : Activation.SQUARE)
        .bias(bias)
        .model();
  }

  private static Stream<EmbeddingMlpSpec> kinds(Combine combine, boolean separate) {
    return Stream.of(
        model(combine, separate, 1, Activation.GELU, true),
        model(combine, separate, 1, Activation.RELU, false),
        model(combine, separate, 2, Activation.SQUARE, true),
        model(combine, separate, 2, Activation.GELU, false));
  }

  private static EmbeddingMlpSpec model(
      Combine combine, boolean separate, int layers, Activation activation, boolean bias) {
    return Models.mlp()
        .combine(combine)
        .separateOperands(separate)
        .layers(layers)
        .activation(activation)
        .bias(bias)
        .model();
  }

  private NDArray pairs() {
    return manager.create(PAIRS, new Shape(PAIRS.length / 2, 2));
  }

  private static double[] draw(EmbeddingMlpSpec model) {
    return Models.draw(model.init(), model.layoutOfPairs(N), 3);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void gradientsAreThoseOfCentralDifferences(EmbeddingMlpSpec model) {
    EmbeddingMlp network = new EmbeddingMlp(model, N);
    NDArray pairs = pairs();
    new CentralDifferences(manager, w -> network.answer(w, pairs, null))
        .agree(network.layout(), draw(model));
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void logitsAreThoseOfPlainLoops(EmbeddingMlpSpec model) {
    EmbeddingMlp network = new EmbeddingMlp(model, N);
    double[] w = draw(model);
    NDArray logits = network.answer(manager.create(w), pairs(), null);
    assertThat(logits.getShape()).isEqualTo(new Shape(PAIRS.length / 2, N));
    double[] found = logits.toDoubleArray();
    for (int i = 0; i < PAIRS.length / 2; i++) {
      double[] expected = logits(model, w, (int) PAIRS[2 * i], (int) PAIRS[2 * i + 1]);
      assertThat(Arrays.copyOfRange(found, i * N, (i + 1) * N))
          .containsExactly(expected, within(1e-12));
    }
  }

  /** In the order of the parameters: embeddings, hidden layers, unembedding. */
  private static double[] logits(EmbeddingMlpSpec model, double[] w, int a, int b) {
    if (model.oneHot()) {
      return ofOneHot(model, w, a, b);
    }
    int width = model.dModel();
    int at = model.separateOperands() ? N * width : 0;
    double[] x = new double[model.combine() == Combine.CONCAT ? 2 * width : width];
    for (int d = 0; d < width; d++) {
      x[d] += w[a * width + d];
      x[x.length - width + d] += w[at + b * width + d];
    }
    return layers(model, w, at + N * width, x);
  }

  /** The parameters begin with a matrix (2 n, F), which reads ones at a and at n + b. */
  private static double[] ofOneHot(EmbeddingMlpSpec model, double[] w, int a, int b) {
    double[] x = new double[2 * N];
    x[a] = 1;
    x[N + b] = 1;
    return layers(model, w, 0, x);
  }

  private static double[] layers(EmbeddingMlpSpec model, double[] w, int from, double[] read) {
    int at = from;
    double[] x = read;
    for (int layer = 0; layer <= model.hiddenLayers(); layer++) {
      boolean last = layer == model.hiddenLayers();
      double[] y = linear(w, at, x, last ? N : model.hidden(), model.bias());
      at += x.length * y.length + (model.bias() ? y.length : 0);
      x = last ? y : Arrays.stream(y).map(z -> activation(model, z)).toArray();
    }
    assertThat(at).isEqualTo(w.length);
    return x;
  }

  private static double[] linear(double[] w, int at, double[] x, int outputs, boolean bias) {
    double[] y = new double[outputs];
    for (int j = 0; j < outputs; j++) {
      y[j] = bias ? w[at + x.length * outputs + j] : 0;
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * w[at + i * outputs + j];
      }
    }
    return y;
  }

  private static double activation(EmbeddingMlpSpec model, double x) {
    return switch (model.activation()) {
      case RELU -> Math.max(x, 0);
      case SQUARE -> x * x;
      case GELU -> x * normalDistribution(x);
    };
  }

  /** By the series of odd powers over double factorials. */
  private static double normalDistribution(double x) {
    double term = x;
    double sum = x;
    for (int n = 3; n < 200; n += 2) {
      term *= x * x / n;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Of a sum the order of operands is nothing; where each has an embedding of its own it is. */
  @Test
  void aSumIsBlindToTheOrderUnlessOperandsAreSeparate() {
    NDArray swapped = manager.create(new long[][] {{1, 0}});
    NDArray straight = manager.create(new long[][] {{0, 1}});
    for (EmbeddingMlpSpec model : everyKind().toList()) {
      EmbeddingMlp network = new EmbeddingMlp(model, N);
      NDArray w = manager.create(draw(model));
      double[] one = network.answer(w, straight, null).toDoubleArray();
      double[] other = network.answer(w, swapped, null).toDoubleArray();
      boolean blind =
          !model.oneHot() && model.combine() == Combine.SUM && !model.separateOperands();
      assertThat(model.isBlindToOrder()).isEqualTo(blind);
      assertThat(Arrays.equals(one, other)).as("%s", model).isEqualTo(blind);
    }
  }

  @Test
  void namesAndShapesAreTheContracts() {
    assertThat(shapes(model(Combine.CONCAT, true, 2, Activation.RELU, true)))
        .containsExactly(
            "embed.W_E(5, 3)",
            "embed_b.W_E(5, 3)",
            "mlp.0.W(6, 4)",
            "mlp.0.b(4)",
            "mlp.1.W(4, 4)",
            "mlp.1.b(4)",
            "unembed.W_U(4, 5)",
            "unembed.b_U(5)");
    assertThat(shapes(model(Combine.SUM, false, 1, Activation.RELU, false)))
        .containsExactly("embed.W_E(5, 3)", "mlp.0.W(3, 4)", "unembed.W_U(4, 5)");
  }

  @Test
  void aOneHotNetworksFirstMatrixIsInTwoHalves() {
    assertThat(shapes(oneHot(2, true)))
        .containsExactly(
            "embed.W_E(5, 4)",
            "embed_b.W_E(5, 4)",
            "mlp.0.b(4)",
            "mlp.1.W(4, 4)",
            "mlp.1.b(4)",
            "unembed.W_U(4, 5)",
            "unembed.b_U(5)");
    assertThat(shapes(oneHot(1, false)))
        .containsExactly("embed.W_E(5, 4)", "embed_b.W_E(5, 4)", "unembed.W_U(4, 5)");
  }

  private static List<String> shapes(EmbeddingMlpSpec model) {
    Layout layout = model.layoutOfPairs(N);
    int size = layout.tensors().stream().mapToInt(Layout.Tensor::size).sum();
    assertThat(layout.size()).isEqualTo(size);
    return layout.tensors().stream().map(tensor -> tensor.name() + tensor.shape()).toList();
  }

  /** A distribution's standard deviation, and its bound if it is uniform, else 0. */
  private record Law(double deviation, double bound) {
    static Law normal(double variance) {
      return new Law(Math.sqrt(variance), 0);
    }

    /** Of torch.nn.Linear: U(+-1/sqrt(inputs)). */
    static Law linear(int inputs) {
      return new Law(1 / Math.sqrt(3.0 * inputs), 1 / Math.sqrt(inputs));
    }
  }

  /** N(0, 2/F), N(0, 1/F), linear maps as torch's; the released linear nets have no bias there. */
  @Test
  void clockPizzaDrawsItsLinearNets() {
    assertDrawn(
        Initialization.CLOCK_PIZZA,
        Law.normal(2.0 / 96),
        Law.normal(2.0 / 96),
        Law.linear(128),
        Law.linear(128),
        Law.linear(96),
        Law.linear(96),
        Law.normal(1.0 / 96),
        Law.normal(0));
  }

  @Test
  void torchDrawsAsItsLayersDo() {
    assertDrawn(
        Initialization.TORCH,
        Law.normal(1),
        Law.normal(1),
        Law.linear(128),
        Law.linear(128),
        Law.linear(96),
        Law.linear(96),
        Law.linear(96),
        Law.linear(96));
  }

  @Test
  void xavierDrawsByBothSides() {
    assertDrawn(
        Initialization.XAVIER,
        Law.normal(2.0 / (211 + 64)),
        Law.normal(2.0 / (211 + 64)),
        Law.normal(2.0 / (128 + 96)),
        Law.normal(0),
        Law.normal(2.0 / (96 + 96)),
        Law.normal(0),
        Law.normal(2.0 / (96 + 211)),
        Law.normal(0));
  }

  /** The published MLP's first layer is torch.nn.Linear(2 n, F), whose rows these are. */
  @Test
  void oneHotOperandsAreReadByALinearMap() {
    Models.Mlp model = Models.mlp().with("oneHot", true).widths(64, 96).layers(2);
    assertDrawn(
        model.init(Initialization.TORCH).model(),
        Law.linear(422),
        Law.linear(422),
        Law.linear(422),
        Law.linear(96),
        Law.linear(96),
        Law.linear(96),
        Law.linear(96));
    assertDrawn(
        model.init(Initialization.XAVIER).model(),
        Law.normal(2.0 / (422 + 96)),
        Law.normal(2.0 / (422 + 96)),
        Law.normal(0),
        Law.normal(2.0 / (96 + 96)),
        Law.normal(0),
        Law.normal(2.0 / (96 + 211)),
        Law.normal(0));
  }

  /** The tensors of n = 211, D = 64, F = 96, two hidden layers over concatenated operands. */
  private static void assertDrawn(Initialization init, Law... laws) {
    Models.Mlp model = Models.mlp().separateOperands(true).widths(64, 96).layers(2);
    assertDrawn(model.init(init).model(), laws);
  }

  private static void assertDrawn(EmbeddingMlpSpec model, Law... laws) {
    Layout layout = model.layoutOfPairs(211);
    float[] drawn = model.draw(layout, 11);
    assertThat(layout.tensors()).hasSameSizeAs(laws);
    for (int i = 0; i < laws.length; i++) {
      Layout.Tensor tensor = layout.tensors().get(i);
      int first = tensor.offset();
      assertDrawn(tensor.name(), Arrays.copyOfRange(drawn, first, first + tensor.size()), laws[i]);
    }
  }

  /** Mean and deviation within five of their own standard deviations. */
  private static void assertDrawn(String name, float[] values, Law law) {
    int n = values.length;
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    double deviation = law.deviation();
    assertThat(sum / n).as(name).isCloseTo(0, within(5 * deviation / Math.sqrt(n)));
    assertThat(Math.sqrt(squares / n))
        .as(name)
        .isCloseTo(deviation, within(5 * deviation / Math.sqrt(2.0 * n)));
    if (law.bound() > 0) {
      assertThat(largest).as(name).isBetween(0.9 * law.bound(), law.bound() * (1 + 1e-6));
    } else if (deviation > 0) {
      assertThat(largest).as(name).isGreaterThan(2.5 * deviation);
    }
  }
}
