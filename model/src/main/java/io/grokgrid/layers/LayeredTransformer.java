package io.grokgrid.layers;

import io.grokgrid.math.RowLoss;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.Signature;
import io.grokgrid.net.Tied;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.tensor.Dropout;
import io.grokgrid.tensor.LossForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A transformer's loss and gradient on one core, the function of {@link
 * io.grokgrid.net.Transformer}: no more than the answers need.
 *
 * <p>A batch goes through in chunks of sequences, each forwards and backwards at once, so that what
 * it takes stays in the cache; only gradients of parameters last. Less is computed than the
 * definition says where rows are equal: sequences of a causal network that begin alike, see {@link
 * Chunk}; and queries, keys and values of the first layer, made once a token. With positions added
 * to the embedding these are sums of a token's row and a position's, unless a layer norm comes
 * between. With dropout no rows are equal.
 *
 * <p>An instance is for one thread.
 */
public final class LayeredTransformer {
  /** Rows that a chunk has, about. */
  private static final int ROWS = 768;

  private final TransformerSpec model;
  private final @Nullable Tied tied;
  private final float[] untied; // the parameters with W_U, and their gradient
  private final int length;
  private final int answered;
  private final int tokens;
  private final int width;
  private final int classes; // padded
  private final int capacity;
  private final Chunk chunk;
  private final Trained embedding;
  private final RowDropout embedded;
  private final @Nullable Trained learned;
  private final float @Nullable [] positions; // (T, D)
  private final List<Layer> layers = new ArrayList<>();
  private final int table; // rows
  private boolean isPlain; // nothing is left out
  private final @Nullable Norm last;
  private final Linear unembedding;
  private final @Nullable Trained classBias;
  private final float[] noClass; // (C): the bias, or 0, and no class in the padding
  private final RowLoss loss;
  private final float[] x; // (N, D), and its gradient
  private final float[] logits; // (M, C), and their gradient

  /**
   * @param signature of the sequences
   */
  public LayeredTransformer(TransformerSpec given, Signature signature, LossForm form) {
    model = given.untied();
    tied = Tied.of(given, signature).orElse(null);
    untied = new float[tied == null ? 0 : tied.untiedSize()];
    length = signature.length();
    answered = signature.answered();
    tokens = signature.tokens();
    width = Vectors.padded(model.dModel());
    classes = Vectors.padded(signature.classes());
    capacity = Math.max(1, ROWS / length);
    loss = form.rowLoss();
    Layout layout = model.layout(signature);
    embedding = new Trained(layout.at("embed.W_E"), tokens, model.dModel());
    Layout.Tensor placed = layout.find("pos_embed.W_pos");
    learned = placed == null ? null : new Trained(placed, length, model.dModel());
    positions = learned == null ? sinusoids() : learned.values;
    chunk = new Chunk(length, model.causal() ? length - answered : 0, capacity);
    embedded = new RowDropout(chunk, length, model.dModel(), capacity * length);
    table = table();
    int rows = Math.max(capacity * length, table);
    int joint = 2 * model.heads() * Vectors.padded(model.dHead());
    int widest = Math.max(Math.max(joint, Vectors.padded(model.dMlp())), Math.max(width, classes));
    Work work = new Work(rows, width, widest);
    for (int number = 0; number < model.layers(); number++) {
      layers.add(
          new Layer(
              model,
              layout,
              number,
              length,
              number == model.layers() - 1 ? answered : length,
              number == 0 ? table : 0,
              positions == null ? -1 : tokens,
              capacity * length,
              capacity,
              chunk,
              work));
    }
    last =
        model.normalization() == Normalization.PRE
            ? new Norm(layout, "ln_final.", capacity * answered)
            : null;
    unembedding =
        new Linear(Linear.Part.of(layout.at("unembed.W_U")), width, classes, work.products);
    Layout.Tensor bias = layout.find("unembed.b_U");
    classBias = bias == null ? null : Trained.row(bias);
    noClass = new float[Vectors.LEAD + classes];
    Arrays.fill(noClass, Vectors.LEAD + signature.classes(), noClass.length, RowLoss.NO_CLASS);
    x = new float[Vectors.LEAD + rows * width];
    logits = new float[Vectors.LEAD + capacity * answered * classes];
  }

  /** Whether a network has this form: the one place that knows which kinds do. */
  public static boolean covers(Model model) {
    return switch (model.kind()) {
      case TRANSFORMER -> true;
      case EMBEDDING_MLP -> false;
    };
  }

  /** The form of a network, if it has this one; the parameters as above. */
  public static Optional<LayeredTransformer> of(Model model, Signature signature, LossForm form) {
    return covers(model)
        ? Optional.of(new LayeredTransformer((TransformerSpec) model, signature, form))
        : Optional.empty();
  }

  /** Rows that are in memory at a time, of so many sequences; none of other networks. */
  public static double rows(Model model, int length, double sequences) {
    return covers(model) ? length * Math.min(sequences, Math.max(1, ROWS / length)) : 0;
  }

  private float @Nullable [] sinusoids() {
    if (model.encoding() != Encoding.SINUSOIDAL) {
      return null;
    }
    double[] exact = PositionalEncoding.sinusoids(length, model.dModel());
    float[] rows = new float[Vectors.LEAD + length * width];
    for (int i = 0; i < exact.length; i++) {
      rows[Vectors.LEAD + i / model.dModel() * width + i % model.dModel()] = (float) exact[i];
    }
    return rows;
  }

  /** Rows of the first layer's queries, keys and values; 0 where these are no table. */
  private int table() {
    if (positions == null) {
      return tokens <= ROWS ? tokens : 0;
    }
    boolean isLinear = model.normalization() != Normalization.PRE;
    return isLinear && tokens + length <= ROWS ? tokens + length : 0;
  }

  /**
   * Mean loss and its gradient.
   *
   * @param gradient receives it
   * @param tokens (B, T) flat
   * @param answers (B A) flat
   * @param dropout what is left out, if anything
   */
  public double lossAndGradient(
      float[] parameters,
      float[] gradient,
      long[] tokens,
      long[] answers,
      @Nullable Dropout dropout) {
    draw(dropout, tokens.length / length);
    load(parameters);
    double sum = 0;
    float factor = 1f / answers.length;
    int[] order = order(tokens);
    int n = chunkSize(order.length);
    for (int from = 0; from < order.length; from += n) {
      chunk.set(tokens, order, from, Math.min(n, order.length - from), isPlain);
      forward();
      for (int row = 0; row < chunk.sequences() * answered; row++) {
        sum += loss(row, answer(answers, order, from, row), factor);
      }
      backward();
    }
    store(gradient);
    return sum / answers.length;
  }

  /**
   * Loss of every answer, and whether its largest logit is the right one.
   *
   * @param tokens (B, T) flat
   * @param answers (B A) flat
   * @param losses receives as many
   * @param correct likewise
   */
  public void evaluate(
      float[] parameters, long[] tokens, long[] answers, double[] losses, boolean[] correct) {
    draw(null, tokens.length / length);
    load(parameters);
    int[] order = order(tokens);
    int n = chunkSize(order.length);
    for (int from = 0; from < order.length; from += n) {
      chunk.set(tokens, order, from, Math.min(n, order.length - from), isPlain);
      forward();
      for (int row = 0; row < chunk.sequences() * answered; row++) {
        int place = place(order, from, row);
        losses[place] = loss(row, (int) answers[place], 1);
        correct[place] = loss.correct();
      }
    }
  }

  /** Chunks of about equal size. */
  private int chunkSize(int sequences) {
    int chunks = (sequences + capacity - 1) / capacity;
    return (sequences + chunks - 1) / chunks;
  }

  /** Sequences that begin alike side by side, if they may have rows in common. */
  private int[] order(long[] all) {
    IntStream numbers = IntStream.range(0, all.length / length);
    if (!model.causal() || answered == length || !isPlain) {
      return numbers.toArray();
    }
    Comparator<Integer> byTokens =
        (one, other) ->
            Arrays.compare(
                all, one * length, (one + 1) * length, all, other * length, (other + 1) * length);
    return numbers.boxed().sorted(byTokens).mapToInt(i -> i).toArray();
  }

  /** Where an answer is: rows go position by position. */
  private int place(int[] order, int from, int row) {
    int sequence = order[from + row % chunk.sequences()];
    return sequence * answered + row / chunk.sequences();
  }

  private int answer(long[] answers, int[] order, int from, int row) {
    return (int) answers[place(order, from, row)];
  }

  /** A row's loss; its logits become their gradient. */
  private double loss(int row, int answer, float factor) {
    int at = Vectors.LEAD + row * classes;
    return loss.differentiate(logits, at, noClass, Vectors.LEAD, classes, answer, factor);
  }

  /** In the order in which the definition does. */
  private void draw(@Nullable Dropout dropout, int sequences) {
    isPlain = dropout == null;
    embedded.draw(dropout, sequences);
    layers.forEach(layer -> layer.draw(dropout, sequences));
  }

  private void load(float[] given) {
    if (tied != null) {
      tied.untie(given, untied);
    }
    float[] parameters = tied == null ? given : untied;
    embedding.load(parameters);
    if (learned != null) {
      learned.load(parameters);
    }
    layers.forEach(layer -> layer.load(parameters));
    if (last != null) {
      last.load(parameters);
    }
    unembedding.load(parameters);
    if (classBias != null) {
      classBias.load(parameters);
      int found = classBias.columns();
      System.arraycopy(classBias.values, Vectors.LEAD, noClass, Vectors.LEAD, found);
    }
    if (isPlain && table > 0) {
      System.arraycopy(embedding.values, Vectors.LEAD, x, Vectors.LEAD, tokens * width);
      if (positions != null) {
        int to = Vectors.LEAD + tokens * width;
        System.arraycopy(positions, Vectors.LEAD, x, to, length * width);
      }
      layers.get(0).tabulate(x, table);
    }
  }

  private void store(float[] to) {
    float[] gradient = tied == null ? to : untied;
    Arrays.fill(gradient, 0);
    if (isPlain && table > 0) {
      layers.get(0).differentiateTable(x, table);
      Vectors.add(embedding.gradient, Vectors.LEAD, x, Vectors.LEAD, tokens * width);
      if (learned != null) {
        int from = Vectors.LEAD + tokens * width;
        Vectors.add(learned.gradient, Vectors.LEAD, x, from, length * width);
      }
    }
    embedding.store(gradient);
    if (learned != null) {
      learned.store(gradient);
    }
    layers.forEach(layer -> layer.store(gradient));
    if (last != null) {
      last.store(gradient);
    }
    unembedding.store(gradient);
    if (classBias != null) {
      classBias.store(gradient);
    }
    if (tied != null) {
      tied.tieGradient(gradient, to);
    }
  }

  /** Logits of a chunk, without the bias. */
  private void forward() {
    for (int row = 0; row < chunk.rows(); row++) {
      int at = Vectors.LEAD + row * width;
      int token = Vectors.LEAD + chunk.token(row) * width;
      System.arraycopy(embedding.values, token, x, at, width);
      if (positions != null) {
        Vectors.add(x, at, positions, Vectors.LEAD + chunk.position(row) * width, width);
      }
      embedded.forward(x, row);
    }
    layers.forEach(layer -> layer.forward(x, chunk));
    int asked = chunk.sequences() * answered;
    if (last != null) {
      last.forward(x, asked, x);
    }
    unembedding.forward(x, 0, asked, logits);
  }

  private void backward() {
    int asked = chunk.sequences() * answered;
    if (classBias != null) {
      classBias.collect(logits, asked);
    }
    unembedding.backward(x, 0, asked, logits, x);
    if (last != null) {
      last.backward(x, asked);
    }
    for (int number = layers.size() - 1; number >= 0; number--) {
      layers.get(number).backward(x, chunk);
    }
    for (int row = 0; row < chunk.rows(); row++) {
      embedded.backward(x, row);
      int from = Vectors.LEAD + row * width;
      int token = Vectors.LEAD + chunk.token(row) * width;
      Vectors.add(embedding.gradient, token, x, from, width);
      if (learned != null) {
        int at = Vectors.LEAD + chunk.position(row) * width;
        Vectors.add(learned.gradient, at, x, from, width);
      }
    }
  }
}
