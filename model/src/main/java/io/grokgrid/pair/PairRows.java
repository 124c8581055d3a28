package io.grokgrid.pair;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import io.grokgrid.net.TransformerSpec;
import java.util.Arrays;

/**
 * The rows that a pair mixes, made of the rows of {@link PairTables}, and the adjoint of that.
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
final class PairRows implements KernelRows {
  static final float NO_CLASS = -1e30f; // the logit of padding

  private final PairTables tables;
  private final TransformerSpec model;
  private final int p;
  private final int width;
  private final int heads;
  private final int ownAt;
  private final int productAt;
  private final int scoresAt;
  private final boolean oneSide;
  private final int leftAt;
  private final int rightAt;
  private final int baseAt;
  private final int baseRows;
  private final float weightSum;
  private final int classes;
  private final int inBias;
  private final int outBias;
  private final int unembed;
  private final int unembedBias;
  private final float[] rows;
  private final float[] gradients;
  private final float[] shift;
  private final float[] reference;
  private final float[] constant;

  PairRows(PairTables tables) {
    this.tables = tables;
    model = tables.model();
    p = tables.p();
    classes = model.classes(p);
    width = tables.hidden() + tables.classes();
    heads = tables.heads();
    ownAt = Vectors.LEAD + heads * tables.rows() * width;
    productAt = ownAt + tables.ownRows() * width;
    scoresAt = productAt + tables.classes() * tables.hidden();
    oneSide = !tables.isPlaced() && !model.separateOperands();
    leftAt = Vectors.LEAD;
    rightAt = oneSide ? leftAt : leftAt + heads * p * width;
    baseAt = rightAt + heads * p * width;
    baseRows = tables.ownRows() > 1 ? p : 1;
    double sum = model.attentionRate() + (1 - model.attentionRate()) * model.length();
    weightSum = (float) sum;
    Layout layout = new Layout(model, p);
    inBias = offset(layout, "blocks.0.mlp.b_in");
    outBias = offset(layout, "blocks.0.mlp.b_out");
    unembed = offset(layout, "unembed.W_U");
    unembedBias = offset(layout, "unembed.b_U");
    rows = new float[baseAt + baseRows * width];
    gradients = new float[rows.length];
    shift = new float[Vectors.LEAD + width];
    reference = new float[Vectors.LEAD + width];
    constant = new float[Vectors.LEAD + width];
  }

  /** Where a tensor begins in the flat parameters, -1 if the network has none. */
  private static int offset(Layout layout, String name) {
    Layout.Tensor tensor = layout.find(name);
    return tensor == null ? -1 : tensor.offset();
  }

  /** Where the scores begin behind the other {@link PairTables.Tables}, the first at the lead. */
  int scoresAt() {
    return scoresAt;
  }

  @Override
  public int productAt() {
    return productAt;
  }

  @Override
  public float[] rows() {
    return rows;
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  /** {@inheritDoc} H, or 1 where the weights are constant. */
  @Override
  public int heads() {
    return heads;
  }

  @Override
  public int row(int position, int operand) {
    return (position == 0 ? leftAt : rightAt) + operand * width;
  }

  @Override
  public int headStride() {
    return p * width;
  }

  @Override
  public boolean hasOneBase() {
    return baseRows == 1;
  }

  @Override
  public int baseRow(int right) {
    return baseRows == 1 ? baseAt : baseAt + right * width;
  }

  /**
   * Makes the rows.
   *
   * @param flat the tables from {@link Vectors#LEAD} on
   * @param parameters flat, for the biases
   */
  void make(float[] flat, float[] parameters) {
    addBiases(parameters);
    for (int head = 0; head < heads; head++) {
      Arrays.fill(reference, 0);
      if (model.equalsToken()) {
        addRow(flat, valueRow(head, tables.tokenRow(2, 0, 0)), reference);
        addPosition(flat, head, 2, reference);
        Vectors.mix(
            constant,
            Vectors.LEAD,
            constant,
            Vectors.LEAD,
            reference,
            Vectors.LEAD,
            weightSum,
            width);
      }
      makeSide(flat, head, 0, leftAt);
      if (!oneSide) {
        makeSide(flat, head, 1, rightAt);
      }
    }
    if (tables.ownRows() > 1) {
      addPositionOfOwn(flat);
      for (int right = 0; right < p; right++) {
        sum(
            flat,
            ownRow(tables.tokenRow(1, 0, right)),
            constant,
            Vectors.LEAD,
            rows,
            baseRow(right));
      }
    } else {
      if (tables.ownRows() == 1) {
        addRow(flat, ownAt, constant);
      }
      System.arraycopy(constant, Vectors.LEAD, rows, baseAt, width);
    }
  }

  /** Puts b_in and b_out W_U + b_U into {@link #constant}. */
  private void addBiases(float[] parameters) {
    int logits = Vectors.LEAD + tables.hidden();
    Arrays.fill(constant, 0);
    Arrays.fill(constant, logits + classes, constant.length, NO_CLASS);
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

  private void addPositionOfOwn(float[] flat) {
    if (tables.isPlaced()) {
      addRow(flat, ownRow(tables.positionRow(1)), constant);
    }
  }

  private void makeSide(float[] flat, int head, int position, int at) {
    for (int i = Vectors.LEAD; i < shift.length; i++) {
      shift[i] = -reference[i];
    }
    addPosition(flat, head, position, shift);
    for (int operand = 0; operand < p; operand++) {
      int from = valueRow(head, tables.tokenRow(position, operand, operand));
      sum(flat, from, shift, Vectors.LEAD, rows, at + (head * p + operand) * width);
    }
  }

  private void addPosition(float[] flat, int head, int position, float[] to) {
    if (tables.isPlaced()) {
      addRow(flat, valueRow(head, tables.positionRow(position)), to);
    }
  }

  /**
   * The adjoint of {@link #make}: from {@link #gradients} to those of the tables, of which the
   * product's are there already.
   *
   * @param flat receives the tables' gradient
   */
  void makeGradients(float[] flat) {
    Arrays.fill(flat, Vectors.LEAD, productAt, 0);
    ownGradients(flat);
    for (int head = 0; head < heads; head++) {
      Arrays.fill(reference, 0);
      if (model.equalsToken()) {
        Vectors.mix(
            reference,
            Vectors.LEAD,
            reference,
            Vectors.LEAD,
            constant,
            Vectors.LEAD,
            weightSum,
            width);
      }
      sideGradients(flat, head, 0, leftAt);
      if (!oneSide) {
        sideGradients(flat, head, 1, rightAt);
      }
      if (model.equalsToken()) {
        sum(reference, flat, valueRow(head, tables.tokenRow(2, 0, 0)));
        if (tables.isPlaced()) {
          sum(reference, flat, valueRow(head, tables.positionRow(2)));
        }
      }
    }
  }

  /** Puts the sum of base's gradients into {@link #constant}. */
  private void ownGradients(float[] flat) {
    Arrays.fill(constant, 0);
    for (int row = 0; row < baseRows; row++) {
      addRow(gradients, baseAt + row * width, constant);
    }
    if (tables.ownRows() == 1) {
      sum(constant, flat, ownAt);
    } else if (tables.ownRows() > 1) {
      for (int right = 0; right < p; right++) {
        int to = ownRow(tables.tokenRow(1, 0, right));
        sum(gradients, baseRow(right), flat, to, flat, to);
      }
      if (tables.isPlaced()) {
        sum(constant, flat, ownRow(tables.positionRow(1)));
      }
    }
  }

  /**
   * The adjoint of the biases' part, after {@link #makeGradients}.
   *
   * @param gradient flat: receives the biases' gradients, and W_U's has b_out's part added
   */
  void makeBiasGradients(float[] parameters, float[] gradient) {
    int logits = Vectors.LEAD + tables.hidden();
    if (inBias >= 0) {
      System.arraycopy(constant, Vectors.LEAD, gradient, inBias, model.dMlp());
      for (int d = 0; d < model.dModel(); d++) {
        float bias = parameters[outBias + d];
        int row = unembed + d * classes;
        float sum = 0;
        for (int i = 0; i < classes; i++) {
          sum += parameters[row + i] * constant[logits + i];
        }
        for (int i = 0; i < classes; i++) {
          gradient[row + i] += bias * constant[logits + i];
        }
        gradient[outBias + d] = sum;
      }
    }
    if (unembedBias >= 0) {
      System.arraycopy(constant, logits, gradient, unembedBias, classes);
    }
  }

  private void sideGradients(float[] flat, int head, int position, int at) {
    Arrays.fill(shift, 0);
    for (int operand = 0; operand < p; operand++) {
      int from = at + (head * p + operand) * width;
      int to = valueRow(head, tables.tokenRow(position, operand, operand));
      sum(gradients, from, flat, to, flat, to);
      addRow(gradients, from, shift);
    }
    if (tables.isPlaced()) {
      sum(shift, flat, valueRow(head, tables.positionRow(position)));
    }
    Vectors.mix(reference, Vectors.LEAD, reference, Vectors.LEAD, shift, Vectors.LEAD, -1, width);
  }

  private int valueRow(int head, int row) {
    return Vectors.LEAD + (head * tables.rows() + row) * width;
  }

  private int ownRow(int row) {
    return ownAt + row * width;
  }

  /** Adds the row flat[at..] to a single row. */
  private void addRow(float[] flat, int at, float[] to) {
    Vectors.mix(to, Vectors.LEAD, to, Vectors.LEAD, flat, at, 1, width);
  }

  /** Adds a single row to flat[at..]. */
  private void sum(float[] row, float[] flat, int at) {
    Vectors.mix(flat, at, flat, at, row, Vectors.LEAD, 1, width);
  }

  private void sum(float[] one, int oneAt, float[] other, int otherAt, float[] to, int at) {
    Vectors.mix(to, at, one, oneAt, other, otherAt, 1, width);
  }
}
