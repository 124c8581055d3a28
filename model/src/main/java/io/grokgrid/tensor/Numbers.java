package io.grokgrid.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads the numbers of tensors, wherever these are. On a device the engine makes a manager for
 * every copy to the CPU, and keeps it for as long as the tensor's own: a few hundred bytes a copy,
 * several copies a step. Here it is closed with the copy.
 */
public final class Numbers {
  private Numbers() {}

  /** A copy, in row-major order. */
  public static float[] floats(NDArray of) {
    return onCpu(of, NDArray::toFloatArray);
  }

  /** Likewise of float64. */
  public static double[] doubles(NDArray of) {
    return onCpu(of, NDArray::toDoubleArray);
  }

  /** Likewise of int64. */
  public static long[] longs(NDArray of) {
    return onCpu(of, NDArray::toLongArray);
  }

  /**
   * Shows the numbers without a copy where they are a CPU's.
   *
   * @param reader must not keep what it is shown
   */
  public static void show(NDArray of, Consumer<FloatBuffer> reader) {
    onCpu(
        of,
        array -> {
          reader.accept(array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer());
          return array;
        });
  }

  private static <T> T onCpu(NDArray array, Function<NDArray, T> reader) {
    if (!array.getDevice().isGpu()) {
      return reader.apply(array);
    }
    NDArray copy = array.toDevice(Device.cpu(), true);
    try (NDManager own = copy.getManager()) {
      assert own.getDevice().equals(Device.cpu());
      return reader.apply(copy);
    }
  }
}
