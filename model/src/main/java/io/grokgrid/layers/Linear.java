package io.grokgrid.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import io.grokgrid.tensor.SharedFloats;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A linear map of rows, by the engine's products, and its gradient. */
final class Linear {
  /**
   * A block of the map's matrix that is trained.
   *
   * @param offset of its first number in the flat parameters, where its rows follow each other
   * @param row of the matrix, where it begins
   * @param column likewise
   */
  record Part(int offset, int rows, int columns, int row, int column) {
    /** A tensor of one matrix. */
    static List<Part> of(Layout.Tensor tensor) {
      int columns = (int) tensor.shape().get(1);
      return List.of(new Part(tensor.offset(), tensor.size() / columns, columns, 0, 0));
    }
  }

  private final List<Part> parts;
  private final int inputs;
  private final int outputs;
  private final Operand gradients;
  private final float[] staging; // (inputs, outputs)
  private final SharedFloats memory;
  private final NDArray weights; // (inputs, outputs)
  private final NDArray transposed;
  private @Nullable NDArray total; // (inputs, outputs)

  /**
   * @param manager owns the tensors
   * @param inputs padded
   * @param outputs padded
   * @param shared memory that gradients of results go through
   */
  Linear(NDManager manager, List<Part> parts, int inputs, int outputs, SharedFloats shared) {
    this.parts = parts;
    this.inputs = inputs;
    this.outputs = outputs;
    gradients = new Operand(manager, shared, outputs);
    staging = new float[Vectors.LEAD + inputs * outputs];
    memory = new SharedFloats(inputs * outputs);
    weights = memory.tensor(manager, 0, new Shape(inputs, outputs));
    transposed = weights.transpose();
  }

  /** Of no parameters: input inputs[j] is output j. */
  static Linear selection(NDManager manager, int[] chosen, int inputs, SharedFloats shared) {
    int outputs = Vectors.padded(chosen.length);
    Linear linear = new Linear(manager, List.of(), inputs, outputs, shared);
    for (int j = 0; j < chosen.length; j++) {
      linear.staging[Vectors.LEAD + chosen[j] * outputs + j] = 1;
    }
    return linear;
  }

  /** Takes its numbers, and sets its gradient to 0. */
  void load(float[] parameters) {
    for (Part part : parts) {
      for (int row = 0; row < part.rows; row++) {
        System.arraycopy(
            parameters, part.offset + row * part.columns, staging, at(part, row), part.columns);
      }
    }
    memory.put(0, staging, Vectors.LEAD, staging.length - Vectors.LEAD);
    forget();
  }

  private int at(Part part, int row) {
    return Vectors.LEAD + (part.row + row) * outputs + part.column;
  }

  private void forget() {
    if (total != null) {
      total.close();
      total = null;
    }
  }

  /** y = x W for n rows, from row {@code from} of x on and to the first of y. */
  void forward(Operand x, int from, int n, float[] y) {
    forward(x, from, n, y, row -> {});
  }

  /**
   * As the other one.
   *
   * @param then what is done with each row of y while it is in the cache
   */
  void forward(Operand x, int from, int n, float[] y, IntConsumer then) {
    try (NDArray rows = x.rows(from, n);
        NDArray found = rows.matMul(weights)) {
      read(found, n, outputs, y, then);
    }
  }

  private static void read(NDArray found, int n, int width, float[] to, IntConsumer then) {
    FloatBuffer floats = SharedFloats.of(found);
    for (int row = 0; row < n; row++) {
      floats.get(row * width, to, Vectors.LEAD + row * width, width);
      then.accept(row);
    }
  }

  /** Takes the gradient of a row of y for {@link #backward}. */
  void putGradient(float[] d, int row) {
    gradients.put(d, row);
  }

  /**
   * The adjoint of {@link #forward}.
   *
   * @param d gradient of y
   * @param back receives that of x
   */
  void backward(Operand x, int from, int n, float[] d, float[] back) {
    for (int row = 0; row < n; row++) {
      gradients.put(d, row);
    }
    backward(x, from, n, back, row -> {});
  }

  /**
   * The adjoint for gradients of y that are put.
   *
   * @param back receives that of x
   * @param then what is done with each row of it; may put gradients of another map that shares the
   *     memory
   */
  void backward(Operand x, int from, int n, float[] back, IntConsumer then) {
    try (NDArray rows = x.rows(from, n);
        NDArray columns = rows.transpose();
        NDArray gradient = gradients.rows(0, n);
        NDArray found = gradient.matMul(transposed)) {
      if (!parts.isEmpty()) {
        add(columns.matMul(gradient));
      }
      read(found, n, inputs, back, then);
    }
  }

  private void add(NDArray more) {
    if (total == null) {
      total = more;
    } else {
      try (more) {
        total.addi(more);
      }
    }
  }

  /** Puts its gradient where it belongs. */
  void store(float[] gradient) {
    if (total == null) {
      return;
    }
    float[] found = total.toFloatArray();
    for (Part part : parts) {
      for (int row = 0; row < part.rows; row++) {
        int from = at(part, row) - Vectors.LEAD;
        System.arraycopy(found, from, gradient, part.offset + row * part.columns, part.columns);
      }
    }
    forget();
  }
}
