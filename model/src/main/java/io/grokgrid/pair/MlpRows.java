package io.grokgrid.pair;

import io.grokgrid.math.RowLoss;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The rows of an embedding MLP: its tables, which have no part of the logits, and its biases. */
final class MlpRows extends PairRows {
  private final Layout.@Nullable Tensor inBias;
  private final Layout.@Nullable Tensor outBias;
  private final int width;
  private final int hidden;
  private final float[] base;

  MlpRows(PairGeometry geometry, Layout layout) {
    super(geometry);
    inBias = layout.find("mlp.0.b");
    outBias = layout.find("unembed.b_U");
    width = geometry.width();
    hidden = geometry.hidden();
    base = new float[Vectors.LEAD + width];
  }

  @Override
  void make(float[] tables, float[] parameters) {
    for (int row = 0; row < geometry.rows(); row++) {
      int to = Vectors.LEAD + row * width;
      System.arraycopy(tables, geometry.valueRow(0, row), rows, to, hidden);
    }
    int units = geometry.baseRow(0);
    int logits = units + hidden;
    Arrays.fill(rows, units, logits, 0);
    Arrays.fill(rows, logits, logits + geometry.answers(), 0);
    Arrays.fill(rows, logits + geometry.answers(), rows.length, RowLoss.NO_CLASS);
    copy(parameters, inBias, rows, units);
    copy(parameters, outBias, rows, logits);
  }

  private static void copy(float[] parameters, Layout.@Nullable Tensor bias, float[] to, int at) {
    if (bias != null) {
      System.arraycopy(parameters, bias.offset(), to, at, bias.size());
    }
  }

  @Override
  float[] makeGradients(float[] tables) {
    for (int row = 0; row < geometry.rows(); row++) {
      int from = Vectors.LEAD + row * width;
      System.arraycopy(gradients, from, tables, geometry.valueRow(0, row), hidden);
    }
    System.arraycopy(gradients, geometry.baseRow(0), base, Vectors.LEAD, width);
    return base;
  }

  @Override
  void makeBiasGradients(float[] parameters, float[] base, float[] gradient) {
    if (inBias != null) {
      System.arraycopy(base, Vectors.LEAD, gradient, inBias.offset(), inBias.size());
    }
    if (outBias != null) {
      int logits = Vectors.LEAD + hidden;
      System.arraycopy(base, logits, gradient, outBias.offset(), outBias.size());
    }
  }
}
