package io.grokgrid.run;

import com.sun.management.OperatingSystemMXBean;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Signature;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.pair.PairOperations;
import io.grokgrid.step.PairStep;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.TableTask;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;

/**
 * What training a run will take, estimated before anything is allocated: a network that cannot fit
 * must fail alone, before it takes the memory of the runs beside it.
 *
 * @param heapBytes what training and, of pair tables, the kernel keep in the Java heap
 * @param nativeBytes activations or tables, and gradients, which the engine keeps outside it
 */
public record MemoryNeed(long heapBytes, long nativeBytes) {
  /** The largest part of what there is that one run may take. */
  private static final double SHARE = 0.5;

  /** Parameters, two gradients and two moments. */
  private static final double PARAMETER_ARRAYS = 5;

  /** What one array holds. */
  private static final double MOST_PARAMETERS = Integer.MAX_VALUE - 16;

  /** A TiB: no machine trains networks of one layer that are larger, nor would they be small. */
  private static final double MOST_BYTES = 0x1p40;

  public static MemoryNeed of(RunSpec spec, Layout layout) {
    return of(spec, layout.size());
  }

  private static MemoryNeed of(RunSpec spec, double parameters) {
    double trained = PARAMETER_ARRAYS * 4.0 * parameters;
    return StepForm.of(spec) == StepForm.PAIR_TABLES && spec.model() instanceof TransformerSpec
        ? pairTables(spec, spec.examplesAStep(), trained)
        : arrays(spec, spec.examplesAStep(), trained);
  }

  /** Why no machine can train a run, as a rule that it breaks; none of most. */
  public static Optional<String> excess(RunSpec spec) {
    double parameters = parameters(spec);
    if (parameters > MOST_PARAMETERS) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "must be smaller: the network would have %,.0f parameters, and may have %,.0f",
              parameters,
              MOST_PARAMETERS));
    }
    MemoryNeed need = of(spec, parameters);
    double bytes = (double) need.heapBytes + need.nativeBytes;
    return bytes <= MOST_BYTES
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "must be smaller: the run would take about %,.0f GiB of memory, and may take 1,024",
                bytes / 0x1p30));
  }

  /** As many as {@link Layout} lays out, or too many for it. */
  static double parameters(RunSpec spec) {
    double tokens = spec.signature().tokens();
    double classes = spec.signature().classes();
    if (spec.model() instanceof TransformerSpec model) {
      return parameters(model, tokens, classes);
    }
    EmbeddingMlpSpec model = (EmbeddingMlpSpec) spec.model();
    double bias = model.bias() ? 1 : 0;
    double hidden = model.hidden();
    double inputs = (model.combine() == EmbeddingMlpSpec.Combine.CONCAT ? 2.0 : 1) * model.dModel();
    return (model.separateOperands() ? 2 : 1) * tokens * model.dModel()
        + (inputs + bias) * hidden
        + (model.hiddenLayers() - 1) * (hidden + bias) * hidden
        + (hidden + bias) * classes;
  }

  private static double parameters(TransformerSpec model, double tokens, double classes) {
    double width = model.dModel();
    double hidden = model.dMlp();
    double attention =
        (model.outputProjection() ? 4.0 : 3.0) * width * model.heads() * model.dHead();
    double norms = model.normalization() == TransformerSpec.Normalization.NONE ? 0 : 4 * width;
    double mlp = 2 * width * hidden + (model.mlpBias() ? hidden + width : 0);
    double positions = model.encoding() == Encoding.LEARNED ? model.positions() * width : 0;
    double last = model.normalization() == TransformerSpec.Normalization.PRE ? 2 * width : 0;
    return tokens * width
        + positions
        + model.layers() * (attention + norms + mlp)
        + last
        + (width + (model.unembedBias() ? 1 : 0)) * classes;
  }

  private static MemoryNeed arrays(RunSpec spec, double examples, double trained) {
    Signature signature = spec.signature();
    double perPosition = 3.0 * signature.classes();
    if (spec.model() instanceof TransformerSpec model) {
      double heads = (double) model.heads() * (model.dHead() + signature.length());
      perPosition += model.layers() * (8.0 * model.dModel() + 4 * heads + 3.0 * model.dMlp());
    } else if (spec.model() instanceof EmbeddingMlpSpec model) {
      perPosition += 2.0 * model.dModel() + 3.0 * model.hidden() * model.hiddenLayers();
    }
    double activations = 4 * examples * signature.length() * perPosition;
    double squares = squares(spec);
    return new MemoryNeed(
        (long) (trained + squares), (long) (trained + Math.max(activations, squares)));
  }

  /** Masks, distances, scores and weights of the longest sequence, T by T each. */
  private static double squares(RunSpec spec) {
    if (!(spec.task() instanceof SequenceTask task
        && spec.model() instanceof TransformerSpec model)) {
      return 0;
    }
    double longest = Math.max(task.length(), task.oodLength());
    return 8 * longest * longest * (2 + 3.0 * model.heads());
  }

  /** Tables and their gradients on both sides; scores and weights in the heap. */
  private static MemoryNeed pairTables(RunSpec spec, double examples, double trained) {
    TransformerSpec model = (TransformerSpec) spec.model();
    int p = ((TableTask) spec.task()).elements();
    double folded = model.dMlp() + (double) model.classes(p);
    double rows = PairOperations.rows(model, p);
    double heads = model.attentionRate() == 0 ? 1 : model.heads();
    double tables = 4 * rows * heads * folded;
    double distances = model.encoding().turns() ? model.length() : 1;
    double scores = 4 * rows * rows * distances * model.heads();
    double pairs = Math.max(examples, Math.min((double) p * p, PairStep.MOST));
    double weights = 4 * pairs * model.heads() * model.length();
    return new MemoryNeed(
        (long) (trained + 6 * tables + 2 * scores + 3 * weights),
        (long) (trained + 4 * tables + 4 * scores));
  }

  /**
   * Compares with this machine.
   *
   * @throws IllegalStateException if either part would take more than half of what there is
   */
  public void check() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    check("the Java heap", heapBytes, Runtime.getRuntime().maxMemory());
    check("this machine's memory", nativeBytes, system.getTotalMemorySize());
  }

  private static void check(String where, long need, long there) {
    if (need > SHARE * there) {
      throw new IllegalStateException(
          "the run needs about %,d MB of %s, and no run may take more than half of its %,d MB"
              .formatted(need >> 20, where, there >> 20));
    }
  }
}
