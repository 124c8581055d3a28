package io.grokgrid.pair;

import io.grokgrid.math.RowLoss;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import io.grokgrid.net.TransformerSpec;
import java.util.Arrays;

/**
 * The rows that a pair mixes, made of the rows of {@link TransformerTables}, and the adjoint of
 * that.
 *
 * <p>An operand's row is the value row of its token at its position. The weights of a query have a
 * constant sum, so with '=' the tables have the row of '=' subtracted from every operand's, and
 * times that sum it goes into the base, which also takes the last position's own row and all
 * biases:
 *
 * <pre>
 *   left_h[a]  = values_h[a]
 *   right_h[b] = values_h[b] + values_h[shift]
 *   base       = own + biases + (sum of weights) sum over h of values_h['=']
 * </pre>
 *
 * <p>Second operands have rows of their own, or there is a shift where positions are added, or both
 * sides have the same rows. Without '=' base has a row for each b. Rows are F + C wide.
 */
final class TransformerRows extends PairRows {
  private final TransformerSpec model;
  private final int width;
  private final float weightSum;
  private final int inBias;
  private final int outBias;
  private final int unembed;
  private final int unembedBias;
  private final float[] constant;

  TransformerRows(TransformerSpec model, PairGeometry geometry) {
    super(geometry);
    this.model = model;
    width = geometry.width();
    double sum = model.attentionRate() + (1 - model.attentionRate()) * model.length();
    weightSum = (float) sum;
    Layout layout = model.layoutOfPairs(geometry.n());
    inBias = offset(layout, "blocks.0.mlp.b_in");
    outBias = offset(layout, "blocks.0.mlp.b_out");
    unembed = offset(layout, "unembed.W_U");
    unembedBias = offset(layout, "unembed.b_U");
    constant = new float[Vectors.LEAD + width];
  }

  /** Where a tensor begins in the flat parameters, -1 if the network has none. */
  private static int offset(Layout layout, String name) {
    Layout.Tensor tensor = layout.find(name);
    return tensor == null ? -1 : tensor.offset();
  }

  @Override
  void make(float[] tables, float[] parameters) {
    addBiases(parameters);
    for (int head = 0; head < geometry.heads(); head++) {
      if (model.equalsToken()) {
        int equals = geometry.valueRow(head, geometry.equalsRow());
        Vectors.add(constant, Vectors.LEAD, tables, equals, weightSum, width);
      }
      int left = geometry.valueRow(head, 0);
      int length = geometry.headStride();
      System.arraycopy(tables, left, rows, side(head, 0), length);
      if (model.separateOperands()) {
        System.arraycopy(tables, left + length, rows, side(head, 1), length);
      } else if (geometry.hasShift()) {
        shift(tables, left, geometry.valueRow(head, geometry.shiftRow()), side(head, 1));
      }
    }
    makeBase(tables);
  }

  /** Where the rows of a head for the operands of a side begin. */
  private int side(int head, int position) {
    return geometry.row(position, 0) + head * geometry.headStride();
  }

  private void shift(float[] tables, int left, int shift, int to) {
    for (int row = 0; row < geometry.headStride(); row += width) {
      sum(tables, left + row, tables, shift, rows, to + row);
    }
  }

  /** Puts b_in and b_out W_U + b_U into {@link #constant}. */
  private void addBiases(float[] parameters) {
    int logits = Vectors.LEAD + geometry.hidden();
    int classes = geometry.answers();
    Arrays.fill(constant, 0);
    Arrays.fill(constant, logits + classes, constant.length, RowLoss.NO_CLASS);
    if (inBias >= 0) {
      System.arraycopy(parameters, inBias, constant, Vectors.LEAD, model.dMlp());
      for (int d = 0; d < model.dModel(); d++) {
        float bias = parameters[outBias + d];
        int row = unembed + d * classes;
        for (int i = 0; i < classes; i++) {
          constant[logits + i] += bias * parameters[row + i];
        }
      }
    }
    for (int i = 0; unembedBias >= 0 && i < classes; i++) {
      constant[logits + i] += parameters[unembedBias + i];
    }
  }

  private void makeBase(float[] tables) {
    if (geometry.ownRows() > 1) {
      if (geometry.isPlaced()) {
        add(constant, tables, geometry.ownRow(geometry.positionRow(1)));
      }
      for (int right = 0; right < geometry.n(); right++) {
        int from = geometry.ownRow(geometry.tokenRow(1, 0, right));
        sum(tables, from, constant, Vectors.LEAD, rows, geometry.baseRow(right));
      }
    } else {
      if (geometry.ownRows() == 1) {
        add(constant, tables, geometry.ownRow(0));
      }
      System.arraycopy(constant, Vectors.LEAD, rows, geometry.baseRow(0), width);
    }
  }

  @Override
  float[] makeGradients(float[] tables) {
    Arrays.fill(tables, Vectors.LEAD, geometry.productAt(), 0);
    float[] base = baseGradient();
    makeOwnGradients(base, tables);
    for (int head = 0; head < geometry.heads(); head++) {
      int left = geometry.valueRow(head, 0);
      int length = geometry.headStride();
      System.arraycopy(gradients, side(head, 0), tables, left, length);
      if (model.separateOperands()) {
        System.arraycopy(gradients, side(head, 1), tables, left + length, length);
      } else if (geometry.hasShift()) {
        int shift = geometry.valueRow(head, geometry.shiftRow());
        makeShiftGradients(side(head, 1), tables, left, shift);
      }
      if (model.equalsToken()) {
        int equals = geometry.valueRow(head, geometry.equalsRow());
        Vectors.add(tables, equals, base, Vectors.LEAD, weightSum, width);
      }
    }
    return base;
  }

  private void makeShiftGradients(int from, float[] tables, int left, int shift) {
    for (int row = 0; row < geometry.headStride(); row += width) {
      add(tables, left + row, gradients, from + row);
      add(tables, shift, gradients, from + row);
    }
  }

  /** The sum of all bases' gradients. */
  private float[] baseGradient() {
    Arrays.fill(constant, 0);
    int bases = geometry.hasOneBase() ? 1 : geometry.n();
    for (int right = 0; right < bases; right++) {
      add(constant, gradients, geometry.baseRow(right));
    }
    return constant;
  }

  private void makeOwnGradients(float[] base, float[] tables) {
    if (geometry.ownRows() == 1) {
      add(tables, geometry.ownRow(0), base, Vectors.LEAD);
    } else if (geometry.ownRows() > 1) {
      for (int right = 0; right < geometry.n(); right++) {
        int to = geometry.ownRow(geometry.tokenRow(1, 0, right));
        add(tables, to, gradients, geometry.baseRow(right));
      }
      if (geometry.isPlaced()) {
        add(tables, geometry.ownRow(geometry.positionRow(1)), base, Vectors.LEAD);
      }
    }
  }

  @Override
  void makeBiasGradients(float[] parameters, float[] base, float[] gradient) {
    int logits = Vectors.LEAD + geometry.hidden();
    int classes = geometry.answers();
    if (inBias >= 0) {
      System.arraycopy(base, Vectors.LEAD, gradient, inBias, model.dMlp());
      for (int d = 0; d < model.dModel(); d++) {
        float bias = parameters[outBias + d];
        int row = unembed + d * classes;
        float sum = 0;
        for (int i = 0; i < classes; i++) {
          sum += parameters[row + i] * base[logits + i];
        }
        for (int i = 0; i < classes; i++) {
          gradient[row + i] += bias * base[logits + i];
        }
        gradient[outBias + d] = sum;
      }
    }
    if (unembedBias >= 0) {
      System.arraycopy(base, logits, gradient, unembedBias, classes);
    }
  }

  /** Adds the row from[at..] to a single row. */
  private void add(float[] to, float[] from, int at) {
    Vectors.add(to, Vectors.LEAD, from, at, width);
  }

  private void add(float[] to, int at, float[] from, int start) {
    Vectors.add(to, at, from, start, width);
  }

  private void sum(float[] one, int oneAt, float[] other, int otherAt, float[] to, int at) {
    Vectors.mix(to, at, one, oneAt, other, otherAt, 1, width);
  }
}
