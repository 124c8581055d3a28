package io.grokgrid.pair;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.LossForm;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A network over pairs on one core: {@link TapeTables}, and what is made for each pair by {@link
 * PairRows}, {@link PairAttention} and {@link PairKernel}.
 */
public final class CorePairNetwork implements PairNetwork {
  private final NDManager manager;
  private final PairTables declared;
  private final TapeTables tables;
  private final PairRows rows;
  private final Portion training;
  private final Portion evaluation;
  private final int most;
  private final float[] flat; // the tables
  private final float[] gradients; // likewise

  /** What goes through at a time, with the memory that this takes. */
  private record Portion(PairKernel kernel, @Nullable PairAttention attention) {}

  private CorePairNetwork(
      NDManager manager,
      PairTables declared,
      PairRows rows,
      BiFunction<TapeTables, Integer, Portion> portion,
      int train,
      int most) {
    this.manager = manager;
    this.declared = declared;
    this.rows = rows;
    this.most = most;
    flat = new float[rows.geometry.tablesSize()];
    gradients = new float[flat.length];
    tables = new TapeTables(declared, flat, gradients);
    training = portion.apply(tables, train);
    evaluation = portion.apply(tables, most);
  }

  /**
   * A transformer that has a {@link PairForm}.
   *
   * @param manager on a CPU; must outlive this object
   * @param n elements that pairs are of
   * @param form of the loss
   * @param train pairs that {@link #lossAndGradient} gets at most
   * @param most pairs that are evaluated at a time: bounds the memory
   */
  public static CorePairNetwork of(
      NDManager manager, TransformerSpec model, int n, LossForm form, int train, int most) {
    PairGeometry geometry = PairGeometry.of(model, n);
    boolean scored = !geometry.fixedWeights();
    PairRows rows = new TransformerRows(model, geometry);
    return new CorePairNetwork(
        manager,
        new TransformerTables(model, n),
        rows,
        (tables, pairs) -> {
          PairAttention attention =
              scored ? new PairAttention(model, geometry, model.length() - 1, pairs) : null;
          return new Portion(
              new PairKernel(rows, attention, model.activation(), form, pairs, tables.products()),
              attention);
        },
        train,
        most);
  }

  /** Likewise an embedding MLP. */
  public static CorePairNetwork of(
      NDManager manager, EmbeddingMlpSpec model, int n, LossForm form, int train, int most) {
    PairRows rows = new MlpRows(PairGeometry.of(model, n), model.layoutOfPairs(n));
    return new CorePairNetwork(
        manager,
        new MlpTables(model, n),
        rows,
        (tables, pairs) ->
            new Portion(
                new PairKernel(rows, null, model.activation(), form, pairs, tables.products()),
                null),
        train,
        most);
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, Pairs asked) {
    Pairs pairs = tables.restrict(asked);
    tables.make(parameters);
    rows.make(flat, parameters);
    PairAttention attention = training.attention();
    weigh(attention, pairs);
    double loss = training.kernel().lossAndGradient(pairs);
    float[] base = rows.makeGradients(gradients);
    if (attention != null) {
      attention.scoreGradients(pairs, gradients, rows.geometry.scoresAt());
    }
    tables.makeGradients(gradient);
    rows.makeBiasGradients(parameters, base, gradient);
    return loss;
  }

  private void weigh(@Nullable PairAttention attention, Pairs pairs) {
    if (attention != null) {
      attention.score(flat, rows.geometry.scoresAt(), pairs);
      attention.weigh();
    }
  }

  @Override
  public void evaluate(float[] parameters, Pairs asked, double[] losses, boolean[] correct) {
    Pairs pairs = tables.restrict(asked);
    tables.make(parameters);
    rows.make(flat, parameters);
    for (int from = 0; from < pairs.size(); from += most) {
      Pairs part = pairs.range(from, Math.min(from + most, pairs.size()));
      weigh(evaluation.attention(), part);
      evaluation.kernel().evaluate(part, losses, correct, from);
    }
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, Pairs pairs, int step) {
    return declared.attention(manager, parameters, pairs, most, step);
  }
}
