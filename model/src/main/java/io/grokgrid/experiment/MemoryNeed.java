package io.grokgrid.experiment;

import com.sun.management.OperatingSystemMXBean;
import io.grokgrid.net.EmbeddingMlpModel;
import io.grokgrid.net.Layout;
import io.grokgrid.net.PairOperations;
import io.grokgrid.net.Signature;
import io.grokgrid.net.TransformerModel;
import io.grokgrid.task.SequenceTask;
import io.grokgrid.task.TableTask;
import io.grokgrid.train.PairStep;
import java.lang.management.ManagementFactory;

/**
 * What training a run will take, estimated before anything is allocated: a network that cannot fit
 * must fail alone, before it takes the memory of the runs beside it.
 *
 * @param heapBytes what training and, of pair tables, the kernel keep in the Java heap
 * @param nativeBytes activations or tables, and gradients, which the engine keeps outside it
 */
record MemoryNeed(long heapBytes, long nativeBytes) {
  /** The largest part of what there is that one run may take. */
  private static final double SHARE = 0.5;

  /** Parameters, two gradients and two moments. */
  private static final double PARAMETER_ARRAYS = 5;

  static MemoryNeed of(RunSpec spec, Layout layout) {
    double trained = PARAMETER_ARRAYS * 4.0 * layout.size();
    return StepForm.of(spec) == StepForm.PAIR_TABLES && spec.model() instanceof TransformerModel
        ? pairTables(spec, spec.examplesAStep(), trained)
        : arrays(spec, spec.examplesAStep(), trained);
  }

  private static MemoryNeed arrays(RunSpec spec, double examples, double trained) {
    Signature signature = spec.signature();
    double perPosition = 3.0 * signature.classes();
    if (spec.model() instanceof TransformerModel model) {
      double heads = (double) model.heads() * (model.dHead() + signature.length());
      perPosition += model.layers() * (8.0 * model.dModel() + 4 * heads + 3.0 * model.dMlp());
    } else if (spec.model() instanceof EmbeddingMlpModel model) {
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
        && spec.model() instanceof TransformerModel model)) {
      return 0;
    }
    double longest = Math.max(task.length(), task.oodLength());
    return 8 * longest * longest * (2 + 3.0 * model.heads());
  }

  /** Tables and their gradients on both sides; scores and weights in the heap. */
  private static MemoryNeed pairTables(RunSpec spec, double examples, double trained) {
    TransformerModel model = (TransformerModel) spec.model();
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
  void check() {
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
