package io.grokgrid.analysis;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Check;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.net.Network;
import io.grokgrid.net.Signature;
import io.grokgrid.net.Tied;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.ModularTask;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Task;
import io.grokgrid.tensor.DoubleMatrices;
import io.grokgrid.tensor.Numbers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network that is asked what it learned: what it is made of, its weights, and, if it is over
 * pairs of n elements, what it computes for all n^2 pairs, each made when it is first asked for.
 * Everything is float64 of the float32 weights; pair (a, b) has index {@code a * n + b}. Arrays
 * that it gives are its own: nobody changes them.
 *
 * <p>Where all pairs at once are more than this process has memory for, asking for what it computes
 * is {@link io.grokgrid.base.Refused}.
 *
 * <p>Where embeddings are tied, it is the network with W_U of its own that is looked at: analyses
 * change one and not the other.
 *
 * <p>Of a network whose outputs are all tokens only the first n classes, the answers there can be,
 * are looked at.
 */
public final class Subject {
  /** Pairs that go through at a time: bounds the memory, changes no result but by rounding. */
  private static final int CHUNK = 2048;

  /** Bytes that the largest analyses take for each number that a pair has, some of them twice. */
  private static final int BYTES_A_NUMBER = 4 * Double.BYTES;

  private final NDManager manager;
  private final Model given;
  private final Model model;
  private final Task task;
  private final long seed;
  private final float[] trained;
  private final float[] parameters;
  private final Layout layout;
  private final Map<Class<?>, Object> shared = new HashMap<>();
  private @Nullable Activations activations;

  /** What a forward pass over all pairs computed. */
  private static final class Activations {
    private final double[][] scores;
    private final double[][] weights;
    private final double[] hidden;
    private final double[] logits;

    private Activations(int layers, int squares, int pairs, int hiddenWidth, int classes) {
      scores = new double[layers][pairs * squares];
      weights = new double[layers][pairs * squares];
      hidden = new double[pairs * hiddenWidth];
      logits = new double[pairs * classes];
    }
  }

  /**
   * A network with its weights.
   *
   * @param manager of the engine's, that outlives this; gets nothing that stays
   * @param seed the run's
   * @param trained its parameters, flat, in the order of the model's layout
   */
  public Subject(NDManager manager, Model model, Task task, long seed, float[] trained) {
    this.manager = manager;
    this.given = model;
    this.model = model.untied();
    this.task = task;
    this.seed = seed;
    this.trained = trained;
    Signature signature = model.signature(task);
    layout = this.model.layout(signature);
    parameters = Tied.untied(model, signature, trained);
  }

  /** Of those alone that ask what it computes for all pairs: weights are looked at all the same. */
  private void requireMemory() {
    long heap = Runtime.getRuntime().maxMemory();
    double need = bytesOfPairs();
    new Check()
        .that(
            fits(),
            "elements",
            String.format(
                Locale.ROOT,
                "must be few enough that the analyses of all pairs, about %.1f GB, fit into a heap of"
                    + " %.1f GB",
                need / 1e9,
                heap / 1e9),
            n())
        .done();
  }

  private double bytesOfPairs() {
    return (double) n() * n() * (hiddenWidth() + 2.0 * n()) * BYTES_A_NUMBER;
  }

  /** Whether this process has memory for what the network computes for all pairs. */
  public boolean fits() {
    double numbers = (double) n() * n() * hiddenWidth();
    return bytesOfPairs() < Runtime.getRuntime().maxMemory() && numbers < Integer.MAX_VALUE - 16;
  }

  /** Whether the task is a table's; else nothing but its weights is known. */
  public boolean isOfPairs() {
    return task instanceof TableTask;
  }

  /** The same with other weights, in the order of {@link #layout}. */
  public Subject with(float[] others) {
    return new Subject(manager, model, task, seed, others);
  }

  /** The same as it was drawn, before any training. */
  public Subject initial() {
    Layout drawn = given.layout(given.signature(task));
    return new Subject(manager, given, task, seed, given.draw(drawn, seed));
  }

  /** That of the engine; what is computed on it is closed by who computes it. */
  NDManager manager() {
    return manager;
  }

  /**
   * What several analyses take of this network, made when the first of them asks for it.
   *
   * @param make of this network alone, the same whoever asks
   */
  public <T> T shared(Class<T> type, Function<Subject, T> make) {
    Object known = shared.get(type);
    if (known == null) {
      known = make.apply(this);
      shared.put(type, known);
    }
    return Objects.requireNonNull(type.cast(known));
  }

  /** Gives it what others found, for those that {@link #find} it. */
  public <T> void tell(Class<T> type, T what) {
    shared.put(type, what);
  }

  /** What it was told or made; empty if nothing. */
  public <T> Optional<T> find(Class<T> type) {
    return Optional.ofNullable(type.cast(shared.get(type)));
  }

  public Model model() {
    return model;
  }

  /** Only of a network over pairs. */
  public TableTask task() {
    return (TableTask) task;
  }

  /** The run's. */
  public long seed() {
    return seed;
  }

  /** n: operands and answers are numbers from 0 to n - 1. */
  public int n() {
    return task().elements();
  }

  public Layout layout() {
    return layout;
  }

  /** Products of matrices. */
  public DoubleMatrices matrices() {
    return new DoubleMatrices(manager);
  }

  /** As many numbers as were trained, flat. */
  float[] trained() {
    return trained;
  }

  /** Flat, in the layout's order. */
  public float[] parameters() {
    return parameters;
  }

  /** What is right of each pair. Only of a network over pairs. */
  public Labels labels() {
    return shared(Labels.class, subject -> new Labels(task(), seed));
  }

  /**
   * 1 if the answer is a + b modulo n, -1 if it is a - b, 0 if the task is another: then the group
   * that it is about is not that of n numbers on a circle.
   */
  public int cyclicSign() {
    if (!(task instanceof ModularTask modular)) {
      return 0;
    }
    return modular.operation() == ModularOperation.ADD
        ? 1
        : modular.operation() == ModularOperation.SUBTRACT ? -1 : 0;
  }

  /** Whether the network has a tensor of that name. */
  public boolean has(String tensor) {
    return layout.find(tensor) != null;
  }

  /** A tensor, row-major as {@link Layout} says. */
  public double[] tensor(String name) {
    Layout.Tensor tensor = layout.at(name);
    double[] numbers = new double[tensor.size()];
    Arrays.setAll(numbers, i -> parameters[tensor.offset() + i]);
    return numbers;
  }

  /** D. */
  public int width() {
    return (int) layout.at("embed.W_E").shape().get(1);
  }

  /**
   * The embeddings of an operand's n elements: (n, D).
   *
   * @param operand 0 or 1
   */
  public double[] embedding(int operand) {
    int from = embeddingOffset(operand);
    double[] rows = new double[n() * width()];
    Arrays.setAll(rows, i -> parameters[from + i]);
    return rows;
  }

  /**
   * Where these begin among all parameters.
   *
   * @param operand 0 or 1
   */
  public int embeddingOffset(int operand) {
    boolean own = operand == 1 && has("embed_b.W_E");
    int token = (int) model.pair(0, 0, n())[operand];
    return layout.at(own ? "embed_b.W_E" : "embed.W_E").offset() + token * width();
  }

  /** F, width of the last hidden layer. */
  public int hiddenWidth() {
    String last =
        model instanceof TransformerSpec transformer
            ? "blocks." + (transformer.layers() - 1) + ".mlp.W_out"
            : "unembed.W_U";
    return (int) layout.at(last).shape().get(0);
  }

  /** Whether logits are a linear map of the last hidden layer's units, plus what these don't do. */
  public boolean isReadLinearly() {
    return !(model instanceof TransformerSpec transformer)
        || transformer.normalization() == TransformerSpec.Normalization.NONE;
  }

  /**
   * W_L = W_out W_U, by which the last hidden layer's units reach the logits: (F, n). Only where
   * the network {@link #isReadLinearly}.
   */
  public double[] readout() {
    double[] unembedding = unembedding(); // (D or F, n)
    if (!(model instanceof TransformerSpec transformer)) {
      return unembedding;
    }
    double[] out = tensor("blocks." + (transformer.layers() - 1) + ".mlp.W_out"); // (F, D)
    return matrices().product(out, unembedding, hiddenWidth(), width(), n());
  }

  /** W_U's columns of the n answers: (D, n), or (F, n) without attention. */
  public double[] unembedding() {
    Layout.Tensor tensor = layout.at("unembed.W_U");
    return firstColumns(tensor("unembed.W_U"), (int) tensor.shape().get(1));
  }

  private double[] firstColumns(double[] rows, int columns) {
    int n = n();
    double[] first = new double[rows.length / columns * n];
    Arrays.setAll(first, i -> rows[i / n * columns + i % n]);
    return first;
  }

  /** T. */
  public int length() {
    return model.ofPairs(n()).length();
  }

  /** What enters the softmax in a layer, row = query; -inf where masked: (n^2, H, T, T). */
  public double[] scores(int layer) {
    return activations().scores[layer];
  }

  /** What multiplies V in a layer, row = query: (n^2, H, T, T). */
  public double[] attention(int layer) {
    return activations().weights[layer];
  }

  /** Units of the last hidden layer behind the activation, where the answer is read: (n^2, F). */
  public double[] hidden() {
    return activations().hidden;
  }

  /** (n^2, n). */
  public double[] logits() {
    return activations().logits;
  }

  private Activations activations() {
    Activations known = activations;
    if (known == null) {
      known = compute();
      activations = known;
    }
    return known;
  }

  /** (n^2, n), of the same network with other weights. */
  public double[] logits(float[] others) {
    return logits(others, everyPair());
  }

  /** The same of some pairs, a row for each. */
  public double[] logits(float[] others, int[] pairs) {
    requireMemory();
    int n = n();
    double[] logits = new double[pairs.length * n];
    forEachChunk(
        others,
        pairs,
        (network, chunk) -> {
          NDArray found = network.answer(chunk.parameters, chunk.tokens, null); // (B, C)
          put(found.get(":, :" + n), logits, chunk.from);
        });
    return logits;
  }

  /** The indices of all n^2. */
  public int[] everyPair() {
    return IntStream.range(0, n() * n()).toArray();
  }

  private Activations compute() {
    requireMemory();
    int n = n();
    int squares = model.heads() * length() * length();
    Activations made = new Activations(model.attentionLayers(), squares, n * n, hiddenWidth(), n);
    forEachChunk(
        parameters,
        everyPair(),
        (network, chunk) -> {
          Network.Trace trace = network.trace(chunk.parameters, chunk.tokens);
          for (int layer = 0; layer < made.scores.length; layer++) {
            put(trace.scores().get(layer), made.scores[layer], chunk.from);
            put(trace.weights().get(layer), made.weights[layer], chunk.from);
          }
          NDArray last = trace.hidden().get(trace.hidden().size() - 1); // (B, T or 1, F)
          put(last.get(":, -1"), made.hidden, chunk.from);
          put(trace.answer().get(":, :" + n), made.logits, chunk.from);
        });
    return made;
  }

  /** Puts what (B, ..) pairs have where that of all pairs is, from pair {@code from} on. */
  private static void put(NDArray part, double[] all, int from) {
    double[] numbers = Numbers.doubles(part);
    int each = (int) (numbers.length / part.getShape().get(0));
    System.arraycopy(numbers, 0, all, from * each, numbers.length);
  }

  /**
   * Some pairs.
   *
   * @param from how many came before
   * @param tokens (B, T)
   */
  private record Chunk(int from, NDArray parameters, NDArray tokens) {}

  private void forEachChunk(float[] flat, int[] pairs, BiConsumer<Network, Chunk> use) {
    Signature signature = model.ofPairs(n());
    try (NDManager own = manager.newSubManager()) {
      Network network = model.network(own, signature, DataType.FLOAT64);
      NDArray doubles = own.create(flat).toType(DataType.FLOAT64, false);
      for (int from = 0; from < pairs.length; from += CHUNK) {
        int[] rows = Arrays.copyOfRange(pairs, from, Math.min(from + CHUNK, pairs.length));
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          NDArray inputs = own.create(tokens(rows), new Shape(rows.length, signature.length()));
          use.accept(network, new Chunk(from, doubles, inputs));
        }
      }
    }
  }

  /** (B, T). */
  private long[] tokens(int[] pairs) {
    return Arrays.stream(pairs)
        .mapToObj(pair -> model.pair(pair / n(), pair % n(), n()))
        .flatMapToLong(Arrays::stream)
        .toArray();
  }
}
