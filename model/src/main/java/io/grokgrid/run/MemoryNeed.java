package io.grokgrid.run;

import com.sun.management.OperatingSystemMXBean;
import io.grokgrid.layers.LayeredTransformer;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Signature;
import io.grokgrid.pair.PairForm;
import io.grokgrid.train.Optimizer;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;

/**
 * What training a run will take, estimated before anything is allocated: a network that cannot fit
 * must fail alone, before it takes the memory of the runs beside it.
 *
 * @param heapBytes what training and the fast forms' kernels keep in the Java heap
 * @param nativeBytes activations or tables, and gradients, which the engine keeps outside it
 */
public record MemoryNeed(long heapBytes, long nativeBytes) {
  /** The largest part of what there is that one run may take. */
  private static final double SHARE = 0.5;

  /** Found once: a container's limit is read from files. */
  private static final long MACHINE_BYTES =
      ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();

  /** Parameters and two gradients, beside what the optimizer keeps. */
  private static final double PARAMETER_ARRAYS = 3;

  /** As many of the engine's, about: parameters, gradients and copies. */
  private static final double NATIVE_ARRAYS = 5;

  /** Padded weights and their gradient, for training and for longer inputs. */
  private static final double LAYERED_ARRAYS = 4;

  /** What one array holds. */
  private static final double MOST_PARAMETERS = Integer.MAX_VALUE - 16;

  /** A TiB: no machine has so much, nor would the network be small. */
  private static final double MOST_BYTES = 0x1p40;

  public static MemoryNeed of(RunSpec spec, Layout layout) {
    return of(spec, layout.size());
  }

  private static MemoryNeed of(RunSpec spec, double parameters) {
    double arrays = PARAMETER_ARRAYS + Optimizer.arrays(spec.training());
    double heap = arrays * Float.BYTES * parameters;
    double engine = NATIVE_ARRAYS * Float.BYTES * parameters;
    double examples = spec.examplesAStep();
    return StepForm.of(spec) == StepForm.PAIR_TABLES
        ? spec.pairForm().map(form -> pairs(form, examples, heap, engine)).orElseThrow()
        : arrays(spec, examples, parameters, heap, engine);
  }

  /** Why no machine can train a run, as a rule that it breaks; none of most. */
  public static Optional<String> excess(RunSpec spec) {
    double parameters = spec.model().parameters(spec.signature());
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

  private static MemoryNeed pairs(PairForm form, double pairs, double heap, double engine) {
    return new MemoryNeed(
        (long) (heap + form.heapBytes(pairs)), (long) (engine + form.nativeBytes(pairs)));
  }

  private static MemoryNeed arrays(
      RunSpec spec, double examples, double parameters, double heap, double engine) {
    Signature signature = spec.signature();
    double perRow = 4 * spec.model().activations(signature);
    double activations = examples * signature.length() * perRow;
    double squares =
        spec.task().match(none -> 0.0, sequences -> spec.model().squares(sequences.longest()));
    double chunks = LayeredTransformer.rows(spec.model(), signature.length(), examples) * perRow;
    double weights = chunks > 0 ? LAYERED_ARRAYS * Float.BYTES * parameters : 0;
    return new MemoryNeed(
        (long) (heap + weights + squares + chunks),
        (long) (engine + Math.max(activations, squares)));
  }

  /**
   * Compares with this machine.
   *
   * @throws IllegalStateException if either part would take more than half of what there is
   */
  public void check() {
    check("the Java heap", heapBytes, Runtime.getRuntime().maxMemory());
    check("this machine's memory", nativeBytes, MACHINE_BYTES);
  }

  private static void check(String where, long need, long there) {
    if (need > SHARE * there) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the run needs about %,d MB of %s, and no run may take more than half of its %,d MB",
              need >> 20,
              where,
              there >> 20));
    }
  }
}
