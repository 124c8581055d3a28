package io.grokgrid.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Floats outside the heap that tensors are made on, so that numbers get into the engine by one copy
 * and without new memory. A tensor must not be used once the memory is gone.
 */
public final class SharedFloats {
  /** Of the memory's start in bytes: the engine's products may round otherwise where it is not. */
  private static final int ALIGNMENT = 64;

  private final ByteBuffer memory;
  private final FloatBuffer floats;

  public SharedFloats(int length) {
    memory =
        ByteBuffer.allocateDirect(Math.addExact(Math.multiplyExact(4, length), 2 * ALIGNMENT))
            .alignedSlice(ALIGNMENT)
            .order(ByteOrder.nativeOrder());
    floats = memory.asFloatBuffer();
  }

  /** Copies {@code length} numbers from {@code from} on to {@code at}. */
  public void put(int at, float[] values, int from, int length) {
    floats.put(at, values, from, length);
  }

  /** A tensor on the memory from {@code offset} on, or a copy of it where that is not a CPU's. */
  public NDArray tensor(NDManager manager, int offset, Shape shape) {
    int bytes = Math.toIntExact(4 * shape.size());
    ByteBuffer part =
        memory.slice(Math.multiplyExact(4, offset), bytes).order(ByteOrder.nativeOrder());
    return manager.create(part, shape, DataType.FLOAT32);
  }
}
