package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Labels;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Subject;
import io.grokgrid.math.Fourier;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * What a one-layer transformer that reads its answer at '=' becomes when its matrices are
 * multiplied out (the exercise "Grokking and Modular Arithmetic" of ARENA); {@link
 * SimplifiedNetwork} has the formulas. Over all pairs:
 *
 * <ul>
 *   <li>{@code simplified_loss}, {@code simplified_accuracy} with all constants kept; {@code
 *       simplified_no_skip_loss}, {@code simplified_no_skip_accuracy} without what passes the MLP
 *       by; {@code bare_loss}, {@code bare_accuracy} from W_attn, W_neur and W_logit alone;
 *   <li>{@code no_skip_loss}, {@code no_skip_accuracy}: the network itself, its logits without what
 *       passes the MLP by;
 *   <li>{@code attention_complementarity.h}: mean of head h's attention from '=' to both operands
 *       together, which the simplification takes to be 1;
 *   <li>distances |v - w|^2 / (|v| |w|): {@code position_distance} of what stands for positions 0
 *       and 1 (NaN without), {@code symmetry_distance} of hidden units at (a, b) and at (b, a);
 *   <li>{@code readout_fve.k}, k a key frequency (of addition and subtraction): with u = W_logit^T
 *       F for the basis's cosine and sine of k over classes, the share of the variance of u . N(a,
 *       b) that the cosine (sine) of 2 pi k (a + b) / p explains (a - b for subtraction), mean of
 *       both.
 * </ul>
 */
public final class EffectiveWeights implements Analysis {
  @Override
  public String name() {
    return "effective_weights";
  }

  @Override
  public double passes() {
    return 1;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return subject.model() instanceof TransformerSpec transformer && isSimple(transformer)
        ? Optional.empty()
        : Optional.of(
            "needs a transformer of one layer read at '=', with a residual stream, ReLU, attention"
                + " rate 1, positions that are added or none, no norms");
  }

  private static boolean isSimple(TransformerSpec model) {
    Encoding encoding = model.encoding();
    return model.layers() == 1
        && model.equalsToken()
        && model.residual()
        && model.normalization() == Normalization.NONE
        && model.attentionRate() == 1
        && model.activation() == Activation.RELU
        && !encoding.turns()
        && encoding != Encoding.ALIBI;
  }

  @Override
  public void measure(Subject subject, Findings found) {
    SimplifiedNetwork network = new SimplifiedNetwork(subject, (TransformerSpec) subject.model());
    addLosses(subject, network, found);
    addAttention(subject, found);
    double[] positions = network.positions();
    int width = subject.width();
    found.add("position_distance", distance(i -> positions[i], i -> positions[width + i], width));
    found.add("symmetry_distance", symmetryDistance(subject));
    if (subject.cyclicSign() != 0) {
      addReadout(subject, Circuit.of(subject), found);
    }
  }

  private static void addLosses(Subject subject, SimplifiedNetwork network, Findings found) {
    add(subject, "bare", network.bareLogits(), found);
    double[] logits = network.fromNeurons(network.neurons());
    add(subject, "simplified_no_skip", logits, found);
    double[] skipping = network.skipping();
    Arrays.setAll(logits, i -> logits[i] + skipping[i]);
    add(subject, "simplified", logits, found);
    add(subject, "no_skip", network.fromNeurons(subject.hidden()), found);
  }

  private static void add(Subject subject, String name, double[] logits, Findings found) {
    found.add(name + "_loss", subject.labels().loss(logits, Part.ALL));
    found.add(name + "_accuracy", subject.labels().accuracy(logits, Part.ALL));
  }

  private static void addAttention(Subject subject, Findings found) {
    int heads = subject.model().heads();
    int length = subject.length();
    double[] weights = subject.attention(0); // (n^2, H, 3, 3)
    int square = length * length;
    int query = 2 * length;
    int[] pairs = subject.labels().pairs();
    for (int head = 0; head < heads; head++) {
      double sum = 0;
      for (int pair : pairs) {
        int at = (pair * heads + head) * square + query;
        sum += weights[at] + weights[at + 1];
      }
      found.add("attention_complementarity." + head, sum / pairs.length);
    }
  }

  private static double symmetryDistance(Subject subject) {
    double[] hidden = subject.hidden(); // (n^2, F)
    Labels labels = subject.labels();
    int[] pairs = labels.pairsInBothOrders();
    int units = subject.hiddenWidth();
    return distance(
        i -> hidden[pairs[i / units] * units + i % units],
        i -> hidden[labels.exchanged(pairs[i / units]) * units + i % units],
        pairs.length * units);
  }

  /** |v - w|^2 / (|v| |w|) of the first {@code length} numbers; NaN where one is 0. */
  private static double distance(IntToDoubleFunction v, IntToDoubleFunction w, int length) {
    double off = 0;
    double vv = 0;
    double ww = 0;
    for (int i = 0; i < length; i++) {
      double one = v.applyAsDouble(i);
      double other = w.applyAsDouble(i);
      off += (one - other) * (one - other);
      vv += one * one;
      ww += other * other;
    }
    return off / Math.sqrt(vv * ww);
  }

  private static void addReadout(Subject subject, Circuit circuit, Findings found) {
    Fourier fourier = circuit.fourier();
    int n = subject.n();
    int units = subject.hiddenWidth();
    double[] directions =
        subject
            .matrices()
            .productWithTransposed(subject.readout(), fourier.basis(), units, n, n); // (F, n)
    double[] along =
        subject.matrices().product(subject.hidden(), directions, n * n, units, n); // (n^2, n)
    Spectrum spectrum = new Spectrum(fourier, along, subject.cyclicSign(), subject.matrices());
    for (int k : circuit.keyFrequencies()) {
      found.add("readout_fve." + k, explained(fourier, spectrum, k));
    }
  }

  private static double explained(Fourier fourier, Spectrum along, int k) {
    int cosine = Fourier.cosine(k);
    double share = share(along, cosine);
    return fourier.hasSine(k) ? (share + share(along, cosine + 1)) / 2 : share;
  }

  private static double share(Spectrum along, int row) {
    double part = along.coefficient(Spectrum.Direction.ANSWER, row, row);
    return part * part / along.variance(row);
  }
}
