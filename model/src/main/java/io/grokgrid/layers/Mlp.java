package io.grokgrid.layers;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Layout;
import org.jspecify.annotations.Nullable;

/** A layer's hidden units, activation and output, of rows, and their gradient. */
final class Mlp {
  private final Activation activation;
  private final Linear in;
  private final Linear out;
  private final @Nullable Trained inBias;
  private final @Nullable Trained outBias;
  private final RowDropout dropout;
  private final float[] read; // (N, D)
  private final float[] active; // (N, F)
  private final int width;
  private final int hidden;
  private final float[] units; // (N, F)
  private final float[] kept; // (N, F), by the activation
  private final float[] wide; // (N, F), work

  /**
   * @param mlp prefix of its parameters' names
   * @param rows N at most
   * @param dropout of the hidden units
   */
  Mlp(Layout layout, String mlp, Activation activation, int rows, Work work, RowDropout dropout) {
    this.activation = activation;
    Layout.Tensor matrix = layout.at(mlp + "W_in");
    width = Vectors.padded((int) matrix.shape().get(0));
    hidden = Vectors.padded((int) matrix.shape().get(1));
    in = new Linear(Linear.Part.of(matrix), width, hidden, work.products);
    out = new Linear(Linear.Part.of(layout.at(mlp + "W_out")), hidden, width, work.products);
    boolean biased = layout.find(mlp + "b_in") != null;
    inBias = biased ? Trained.row(layout.at(mlp + "b_in")) : null;
    outBias = biased ? Trained.row(layout.at(mlp + "b_out")) : null;
    read = Work.rows(rows, width);
    active = Work.rows(rows, hidden);
    units = Work.rows(rows, hidden);
    kept = Work.rows(rows, hidden);
    wide = work.wide;
    this.dropout = dropout;
  }

  void load(float[] parameters) {
    in.load(parameters);
    out.load(parameters);
    if (inBias != null && outBias != null) {
      inBias.load(parameters);
      outBias.load(parameters);
    }
  }

  void store(float[] gradient) {
    in.store(gradient);
    out.store(gradient);
    if (inBias != null && outBias != null) {
      inBias.store(gradient);
      outBias.store(gradient);
    }
  }

  /** y = W_out activation(W_in x + b_in) + b_out, n rows. */
  void forward(float[] x, int n, float[] y) {
    System.arraycopy(x, Vectors.LEAD, read, Vectors.LEAD, n * width);
    in.forward(read, 0, n, units);
    for (int row = 0; row < n; row++) {
      activate(row);
    }
    out.forward(active, 0, n, y);
    if (outBias != null) {
      outBias.addTo(y, n);
    }
  }

  /**
   * The adjoint.
   *
   * @param d gradient of y
   * @param back receives that of x
   */
  void backward(float[] d, int n, float[] back) {
    if (outBias != null) {
      outBias.collect(d, n);
    }
    out.backward(active, 0, n, d, wide);
    for (int row = 0; row < n; row++) {
      differentiate(row);
    }
    in.backward(read, 0, n, units, back);
  }

  private void activate(int row) {
    int at = Vectors.LEAD + row * hidden;
    if (inBias != null) {
      Vectors.add(units, at, inBias.values, Vectors.LEAD, hidden);
    }
    activation.apply(units, at, kept, at, hidden);
    dropout.forward(units, row);
    System.arraycopy(units, at, active, at, hidden);
  }

  private void differentiate(int row) {
    int at = Vectors.LEAD + row * hidden;
    dropout.backward(wide, row);
    activation.differentiate(units, at, kept, wide, at, hidden);
    if (inBias != null) {
      Vectors.add(inBias.gradient, Vectors.LEAD, units, at, hidden);
    }
  }
}
