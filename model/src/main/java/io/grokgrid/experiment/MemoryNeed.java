package io.grokgrid.experiment;

import com.sun.management.OperatingSystemMXBean;
import io.grokgrid.net.Layout;
import io.grokgrid.net.TransformerModel;
import java.lang.management.ManagementFactory;

/**
 * What training a run will take, estimated before anything is allocated: a network that cannot fit
 * must fail alone, before it takes the memory of the runs beside it.
 *
 * @param heapBytes parameters, gradient and two moments in the Java heap
 * @param nativeBytes activations and their gradients, which the engine keeps outside it
 */
record MemoryNeed(long heapBytes, long nativeBytes) {
  /** The largest part of what there is that one run may take. */
  private static final double SHARE = 0.5;

  static MemoryNeed of(RunSpec spec, Layout layout) {
    TransformerModel model = spec.model();
    int rows =
        spec.training().batchSize() == 0
            ? spec.task().trainExamples()
            : spec.training().batchSize();
    double perPosition =
        model.layers()
                * (8.0 * model.dModel()
                    + 4.0 * model.heads() * (model.dHead() + model.length())
                    + 3.0 * model.dMlp())
            + 3.0 * model.classes(spec.task().p());
    double nativeBytes = 4.0 * (rows * model.length() * perPosition + 3.0 * layout.size());
    return new MemoryNeed(16L * layout.size(), (long) nativeBytes);
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
