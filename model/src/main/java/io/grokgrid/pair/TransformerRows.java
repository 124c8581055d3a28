package io.grokgrid.pair;

import io.grokgrid.math.CrossEntropy;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import io.grokgrid.net.TransformerSpec;
import java.util.Arrays;

/**
 * The rows that a pair mixes, made of the rows of {@link TransformerTables}, and the adjoint of
 * that.
 *
 * <p>An operand's row is its token's value row plus its position's. The weights of a query have a
 * constant sum, so with '=' the row of '=' is subtracted from every operand's row, and times that
 * sum it goes into the base, which also takes the last position's own row and all biases:
 *
 * <pre>
 *   left_h[a]  = values_h[a] + values_h[position 0] - reference_h
 *   right_h[b] = values_h[b] + values_h[position 1] - reference_h
 *   base       = own + biases + (sum of weights) sum over h of reference_h
 * </pre>
 *
 * <p>reference_h is the value row of '=' with its position's. Without '=' there is no reference,
 * and base has a row for each b. Rows are F + C wide.
 */
final class TransformerRows extends PairRows {
  private final TransformerSpec model;
  private final int width;
  private final float weightSum;
  private final int inBias;
  private final int outBias;
  private final int unembed;
  private final int unembedBias;
  private final float[] shift;
  private final float[] reference;
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
    shift = new float[Vectors.LEAD + width];
    reference = new float[Vectors.LEAD + width];
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
      Arrays.fill(reference, 0);
      if (model.equalsToken()) {
        add(reference, tables, geometry.valueRow(head, geometry.tokenRow(2, 0, 0)));
        addPosition(reference, tables, head, 2);
        addScaled(constant, reference, weightSum);
      }
      makeSide(tables, head, 0);
      if (!geometry.isOneSided()) {
        makeSide(tables, head, 1);
      }
    }
    makeBase(tables);
  }

  /** Puts b_in and b_out W_U + b_U into {@link #constant}. */
  private void addBiases(float[] parameters) {
    int logits = Vectors.LEAD + geometry.hidden();
    int classes = geometry.answers();
    Arrays.fill(constant, 0);
    Arrays.fill(constant, logits + classes, constant.length, CrossEntropy.NO_CLASS);
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

  private void makeSide(float[] tables, int head, int position) {
    for (int i = Vectors.LEAD; i < shift.length; i++) {
      shift[i] = -reference[i];
    }
    addPosition(shift, tables, head, position);
    int at = geometry.row(position, 0) + head * geometry.headStride();
    for (int operand = 0; operand < geometry.n(); operand++) {
      int from = geometry.valueRow(head, geometry.tokenRow(position, operand, operand));
      sum(tables, from, shift, Vectors.LEAD, rows, at + operand * width);
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
      Arrays.fill(reference, 0);
      if (model.equalsToken()) {
        addScaled(reference, base, weightSum);
      }
      makeSideGradients(tables, head, 0);
      if (!geometry.isOneSided()) {
        makeSideGradients(tables, head, 1);
      }
      if (model.equalsToken()) {
        int equals = geometry.valueRow(head, geometry.tokenRow(2, 0, 0));
        add(tables, equals, reference, Vectors.LEAD);
        if (geometry.isPlaced()) {
          int place = geometry.valueRow(head, geometry.positionRow(2));
          add(tables, place, reference, Vectors.LEAD);
        }
      }
    }
    return base;
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

  private void makeSideGradients(float[] tables, int head, int position) {
    Arrays.fill(shift, 0);
    int at = geometry.row(position, 0) + head * geometry.headStride();
    for (int operand = 0; operand < geometry.n(); operand++) {
      int from = at + operand * width;
      int to = geometry.valueRow(head, geometry.tokenRow(position, operand, operand));
      add(tables, to, gradients, from);
      add(shift, gradients, from);
    }
    if (geometry.isPlaced()) {
      int place = geometry.valueRow(head, geometry.positionRow(position));
      add(tables, place, shift, Vectors.LEAD);
    }
    addScaled(reference, shift, -1);
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

  private void addPosition(float[] to, float[] tables, int head, int position) {
    if (geometry.isPlaced()) {
      add(to, tables, geometry.valueRow(head, geometry.positionRow(position)));
    }
  }

  /** Adds the row from[at..] to a single row. */
  private void add(float[] to, float[] from, int at) {
    Vectors.add(to, Vectors.LEAD, from, at, width);
  }

  private void add(float[] to, int at, float[] from, int start) {
    Vectors.add(to, at, from, start, width);
  }

  /** Adds a multiple of a single row to another. */
  private void addScaled(float[] to, float[] row, float factor) {
    Vectors.add(to, Vectors.LEAD, row, Vectors.LEAD, factor, width);
  }

  private void sum(float[] one, int oneAt, float[] other, int otherAt, float[] to, int at) {
    Vectors.mix(to, at, one, oneAt, other, otherAt, 1, width);
  }
}
