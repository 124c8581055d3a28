package io.grokgrid.pair;

import io.grokgrid.net.TransformerSpec;

/**
 * Floating-point operations of the matrix products in a forward pass of {@link PairTables}, without
 * their padding. A backward pass takes two products for each.
 */
public final class PairOperations {
  private PairOperations() {}

  /** Of the tables: once a step. */
  public static double tables(TransformerSpec model, int p) {
    double d = model.dModel();
    double joint = (double) model.heads() * model.dHead();
    double r = rows(model, p);
    double w = width(model, p);
    double moved = model.outputProjection() ? joint * d : 0;
    double values =
        r * d * joint
            + (model.attentionRate() == 0
                ? r * (moved + d * w)
                : Math.min(leftFirst(model, r, w), rightFirst(model, r, w)));
    double own = !model.residual() ? 0 : (model.equalsToken() ? 1 : r) * d * w;
    double product = d * model.dMlp() * model.classes(p);
    return 2 * (values + own + product + scores(model, r));
  }

  private static double scores(TransformerSpec model, double r) {
    double d = model.dModel();
    double joint = (double) model.heads() * model.dHead();
    double distances = model.encoding().turns() ? model.length() : 1;
    if (model.attentionRate() == 0) {
      return 0;
    }
    return model.equalsToken()
        ? d * joint + distances * (d * joint + model.heads() * d * r)
        : 2 * r * d * joint + distances * r * r * joint;
  }

  /** Of one pair. */
  public static double pair(TransformerSpec model, int p) {
    return 2.0 * model.dMlp() * model.classes(p);
  }

  /** Whether (V W_O) M takes fewer operations than V (W_O M), where there is W_O. */
  static boolean leftFirst(TransformerSpec model, int p) {
    double r = rows(model, p);
    double w = width(model, p);
    return leftFirst(model, r, w) < rightFirst(model, r, w);
  }

  private static double leftFirst(TransformerSpec model, double r, double w) {
    double d = model.dModel();
    return model.outputProjection()
        ? model.heads() * r * d * (model.dHead() + w)
        : Double.POSITIVE_INFINITY;
  }

  private static double rightFirst(TransformerSpec model, double r, double w) {
    double joint = (double) model.heads() * model.dHead();
    return joint * w * ((model.outputProjection() ? model.dModel() : 0) + r);
  }

  /** R: rows of tokens, and of positions where these are added. */
  public static int rows(TransformerSpec model, int p) {
    return model.tokens(p)
        + switch (model.encoding()) {
          case LEARNED -> model.positions();
          case SINUSOIDAL -> model.length();
          case NONE, ROPE, ALIBI, ROPE_MIXED -> 0;
        };
  }

  /** What one forward pass through M gives, F + C. */
  private static double width(TransformerSpec model, int p) {
    return model.dMlp() + (model.mlpResidual() ? (double) model.classes(p) : 0);
  }
}
