package io.grokgrid.experiment;

import com.sun.management.OperatingSystemMXBean;
import io.grokgrid.net.Layout;
import io.grokgrid.net.PairOperations;
import io.grokgrid.net.TransformerModel;
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
    int batch = spec.training().batchSize();
    double examples = batch == 0 ? spec.task().trainExamples() : batch;
    double trained = PARAMETER_ARRAYS * 4.0 * layout.size();
    return StepForm.of(spec) == StepForm.PAIR_TABLES
        ? pairTables(spec, examples, trained)
        : textbook(spec, examples, trained);
  }

  private static MemoryNeed textbook(RunSpec spec, double examples, double trained) {
    TransformerModel model = spec.model();
    double perPosition =
        model.layers()
                * (8.0 * model.dModel()
                    + 4.0 * model.heads() * (model.dHead() + model.length())
                    + 3.0 * model.dMlp())
            + 3.0 * model.classes(spec.task().p());
    double activations = 4 * examples * model.length() * perPosition;
    return new MemoryNeed((long) trained, (long) (trained + activations));
  }

  /** Tables and their gradients on both sides; scores and weights in the heap. */
  private static MemoryNeed pairTables(RunSpec spec, double examples, double trained) {
    TransformerModel model = spec.model();
    int p = spec.task().p();
    double folded = model.dMlp() + (double) model.classes(p);
    double rows = PairOperations.rows(model, p);
    double heads = model.attentionRate() == 0 ? 1 : model.heads();
    double tables = 4 * rows * heads * folded;
    double distances = model.encoding().rotates() ? model.length() : 1;
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
