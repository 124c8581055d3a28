package io.grokgrid.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/**
 * Automatic differentiation that several threads of one JVM can use at a time, unlike DJL's
 * gradient collector, of which there can only be one; and the one class that knows the engine's
 * native interface.
 *
 * <p><b>No number may be an operand where gradients are recorded</b>: {@code array.mul(2)} makes a
 * tensor on a buffer that is released at once, and {@code backward} then reads freed memory if the
 * collector has run. Constants are arrays that outlive {@code backward}.
 */
public final class Autograd {
  private static boolean loaded;

  private Autograd() {}

  /**
   * A manager of its own for the calling thread's work, which from here on computes on one core and
   * records no gradients but inside {@link #record}. Loads the engine on first use; processes that
   * start together take turns, because the native library unpacks into a folder that they share.
   */
  public static NDManager newManager(Device device) {
    load();
    JniUtils.setNumThreads(1);
    JniUtils.setGradMode(false);
    return NDManager.newBaseManager(device, "PyTorch");
  }

  /** The number of CUDA devices that the engine can compute on. */
  public static int cudaDevices() {
    load();
    return Engine.getEngine("PyTorch").getGpuCount();
  }

  /**
   * Loads the engine, once a process.
   *
   * @throws UncheckedIOException if the native library cannot be unpacked
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    Path cache = Utils.getEngineCacheDir();
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve("grokgrid.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        Engine.getEngine("PyTorch");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack PyTorch into " + cache, e);
    }
    loaded = true;
  }

  /** Computes with gradients recorded on this thread. */
  public static <T> T record(Supplier<T> forward) {
    JniUtils.setGradMode(true);
    try {
      return forward.get();
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  /** Differentiates the sum of {@code loss} with respect to every leaf that asks for a gradient. */
  public static void backward(NDArray loss) {
    JniUtils.backward((PtNDArray) loss, (PtNDArray) loss.onesLike(), false, false);
  }

  /**
   * Differentiates with respect to every leaf that asks for a gradient, given the loss's gradient
   * with respect to {@code result}.
   *
   * @param gradient as {@code result} in shape
   */
  public static void backward(NDArray result, NDArray gradient) {
    JniUtils.backward((PtNDArray) result, (PtNDArray) gradient, false, false);
  }

  /**
   * Over the last axis, computed and returned in {@code precision}; gradients flow back through the
   * conversion.
   */
  public static NDArray logSoftmax(NDArray logits, DataType precision) {
    return JniUtils.logSoftmax((PtNDArray) logits, -1, precision);
  }
}
