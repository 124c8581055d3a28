package io.grokgrid.fourier;

import io.grokgrid.analysis.Subject;
import io.grokgrid.net.PositionalEncoding;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.DoubleMatrices;
import java.util.Arrays;

/**
 * The effective weights of a one-layer transformer over (a, b, =), in float64. With E_a, E_b the
 * operands' embeddings, P what is added at a position, and u = E_= + P_2 the residual stream at
 * '=': W_attn^h = u W_Q^h W_K^hT E^T / sqrt(K), W_neur^h = E W_V^h W_O^h W_in, W_logit = W_out W_U;
 * alpha_h(a, b) = sigma(W_attn^h[a] - W_attn^h[b]), as if '=' did not attend to itself and
 * positions had no part in it. The network that these alone make is
 *
 * <p>N = ReLU(sum over h of alpha_h W_neur^h[a] + (1 - alpha_h) W_neur^h[b]), logits N W_logit;
 *
 * <p>with all constants, in N each E has its P added and u W_in + b_in comes to the sum, and to the
 * logits come the residual stream behind the attention through W_U, b_out W_U and b_U.
 */
final class SimplifiedNetwork {
  private static final String BLOCK = "blocks.0.";

  private final Subject subject;
  private final TransformerSpec model;
  private final int n;
  private final int width; // D
  private final int units; // F
  private final double[] positions; // (3, D), 0 where none are added
  private final double[] equals; // u, (D)
  private final double[][] attention; // alpha_h, a head, (n^2)
  private final double[] readout; // W_logit, (F, n)

  SimplifiedNetwork(Subject subject, TransformerSpec model) {
    this.subject = subject;
    this.model = model;
    n = subject.n();
    width = subject.width();
    units = subject.hiddenWidth();
    positions = findPositions();
    equals = findEquals();
    readout = subject.readout();
    attention = new double[model.heads()][];
    Arrays.setAll(attention, this::findAttention);
  }

  private double[] findPositions() {
    return switch (model.encoding()) {
      case LEARNED -> subject.tensor("pos_embed.W_pos");
      case SINUSOIDAL -> PositionalEncoding.sinusoids(3, width);
      default -> new double[3 * width];
    };
  }

  private double[] findEquals() {
    int token = (int) model.pair(0, 0, n)[2];
    double[] embeddings = subject.tensor("embed.W_E");
    double[] sum = new double[width];
    Arrays.setAll(sum, i -> embeddings[token * width + i] + positions[2 * width + i]);
    return sum;
  }

  /** What is added at each position: at least (2, D). */
  double[] positions() {
    return positions;
  }

  private double[] findAttention(int head) {
    double[] left = scores(subject.embedding(0), head);
    double[] right = scores(subject.embedding(1), head);
    double[] share = new double[n * n];
    Arrays.setAll(share, pair -> 1 / (1 + Math.exp(right[pair % n] - left[pair / n])));
    return share;
  }

  /** A row of W_attn: (n). */
  private double[] scores(double[] embedding, int head) {
    DoubleMatrices matrices = subject.matrices();
    int k = model.dHead();
    double[] query = matrices.product(equals, matrix("attn.W_Q", head), 1, width, k);
    double[] key =
        matrices.productWithTransposed(query, matrix("attn.W_K", head), 1, k, width); // (1, D)
    double[] scores = matrices.product(embedding, key, n, width, 1);
    return Arrays.stream(scores).map(score -> score / Math.sqrt(k)).toArray();
  }

  /** A head's part of a tensor. */
  private double[] matrix(String name, int head) {
    double[] all = subject.tensor(BLOCK + name);
    int each = all.length / model.heads();
    return Arrays.copyOfRange(all, head * each, (head + 1) * each);
  }

  /** Logits of the network that the effective weights alone make: (n^2, n). */
  double[] bareLogits() {
    double[] sums = mixed(subject.tensor(BLOCK + "mlp.W_in"), units, false);
    relu(sums);
    return subject.matrices().product(sums, readout, n * n, units, n);
  }

  /** N with all constants: (n^2, F). */
  double[] neurons() {
    double[] neurons = withConstants(subject.tensor(BLOCK + "mlp.W_in"), units, "mlp.b_in");
    relu(neurons);
    return neurons;
  }

  /** What passes the MLP by, in logits: (n^2, n). */
  double[] skipping() {
    return model.mlpResidual()
        ? withConstants(subject.unembedding(), n, "")
        : new double[n * n * n];
  }

  private static void relu(double[] x) {
    Arrays.setAll(x, i -> Math.max(x[i], 0));
  }

  /** Logits of hidden units (n^2, F) without what passes the MLP by: (n^2, n). */
  double[] fromNeurons(double[] neurons) {
    double[] logits = subject.matrices().product(neurons, readout, n * n, units, n);
    double[] bias =
        subject.matrices().product(bias("mlp.b_out", width), subject.unembedding(), 1, width, n);
    double[] last = subject.has("unembed.b_U") ? subject.tensor("unembed.b_U") : new double[n];
    Arrays.setAll(logits, i -> logits[i] + bias[i % n] + last[i % n]);
    return logits;
  }

  private double[] bias(String name, int size) {
    return subject.has(BLOCK + name) ? subject.tensor(BLOCK + name) : new double[size];
  }

  /** The residual stream behind the attention through a matrix, and a bias: (n^2, m). */
  private double[] withConstants(double[] matrix, int m, String biasName) {
    double[] sums = mixed(matrix, m, true);
    double[] constant = subject.matrices().product(equals, matrix, 1, width, m);
    double[] bias = bias(biasName, m);
    Arrays.setAll(sums, i -> sums[i] + constant[i % m] + bias[i % m]);
    return sums;
  }

  /** What the attention gives through a matrix (D, m), with positions or without: (n^2, m). */
  private double[] mixed(double[] matrix, int m, boolean positioned) {
    double[] sums = new double[n * n * m];
    for (int head = 0; head < attention.length; head++) {
      double[] left = effective(operand(0, positioned), head, matrix, m);
      double[] right = effective(operand(1, positioned), head, matrix, m);
      for (int pair = 0; pair < n * n; pair++) {
        double share = attention[head][pair];
        int a = pair / n * m;
        int b = pair % n * m;
        for (int j = 0; j < m; j++) {
          sums[pair * m + j] += share * left[a + j] + (1 - share) * right[b + j];
        }
      }
    }
    return sums;
  }

  private double[] operand(int operand, boolean positioned) {
    double[] rows = subject.embedding(operand);
    if (positioned) {
      Arrays.setAll(rows, i -> rows[i] + positions[operand * width + i % width]);
    }
    return rows;
  }

  /** Rows (n, D) through W_V W_O of a head and a matrix (D, m): (n, m). */
  private double[] effective(double[] rows, int head, double[] matrix, int m) {
    DoubleMatrices matrices = subject.matrices();
    int k = model.dHead();
    double[] values = matrices.product(rows, matrix("attn.W_V", head), n, width, k); // (n, K)
    double[] out =
        model.outputProjection()
            ? matrices.product(matrix("attn.W_O", head), matrix, k, width, m) // (K, m)
            : Arrays.copyOfRange(matrix, head * k * m, (head + 1) * k * m); // (K, m)
    return matrices.product(values, out, n, k, m);
  }
}
