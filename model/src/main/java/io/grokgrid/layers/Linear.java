package io.grokgrid.layers;

import io.grokgrid.math.Products;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import java.util.List;

/** A linear map of rows and its gradient. */
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
  private final Products products;
  private final float[] weights; // (inputs, outputs)
  private final float[] total; // their gradient
  private boolean hasGradient;

  /**
   * @param inputs padded
   * @param outputs padded
   */
  Linear(List<Part> parts, int inputs, int outputs, Products products) {
    this.parts = parts;
    this.inputs = inputs;
    this.outputs = outputs;
    this.products = products;
    weights = Work.rows(inputs, outputs);
    total = parts.isEmpty() ? new float[0] : Work.rows(inputs, outputs);
  }

  /** Of no parameters: input inputs[j] is output j. */
  static Linear selection(int[] chosen, int inputs, Products products) {
    int outputs = Vectors.padded(chosen.length);
    Linear linear = new Linear(List.of(), inputs, outputs, products);
    for (int j = 0; j < chosen.length; j++) {
      linear.weights[Vectors.LEAD + chosen[j] * outputs + j] = 1;
    }
    return linear;
  }

  /** Takes its numbers, and sets its gradient to 0. */
  void load(float[] parameters) {
    for (Part part : parts) {
      for (int row = 0; row < part.rows; row++) {
        System.arraycopy(
            parameters, part.offset + row * part.columns, weights, at(part, row), part.columns);
      }
    }
    hasGradient = false;
  }

  private int at(Part part, int row) {
    return Vectors.LEAD + (part.row + row) * outputs + part.column;
  }

  /** y = x W for n rows, from row {@code from} of x on and to the first of y. */
  void forward(float[] x, int from, int n, float[] y) {
    products.multiply(
        x,
        Vectors.LEAD + from * inputs,
        inputs,
        1,
        weights,
        Vectors.LEAD,
        outputs,
        y,
        Vectors.LEAD,
        outputs,
        n,
        inputs,
        outputs,
        false);
  }

  /**
   * The adjoint of {@link #forward}.
   *
   * @param d gradient of y
   * @param back receives that of x, and may be x
   */
  void backward(float[] x, int from, int n, float[] d, float[] back) {
    if (!parts.isEmpty()) {
      products.multiply(
          x,
          Vectors.LEAD + from * inputs,
          1,
          inputs,
          d,
          Vectors.LEAD,
          outputs,
          total,
          Vectors.LEAD,
          outputs,
          inputs,
          n,
          outputs,
          hasGradient);
      hasGradient = true;
    }
    products.multiplyByTransposed(
        d,
        Vectors.LEAD,
        outputs,
        weights,
        Vectors.LEAD,
        outputs,
        back,
        Vectors.LEAD,
        inputs,
        n,
        outputs,
        inputs,
        false);
  }

  /** Puts its gradient where it belongs. */
  void store(float[] gradient) {
    for (Part part : parts) {
      for (int row = 0; hasGradient && row < part.rows; row++) {
        System.arraycopy(
            total, at(part, row), gradient, part.offset + row * part.columns, part.columns);
      }
    }
  }
}
