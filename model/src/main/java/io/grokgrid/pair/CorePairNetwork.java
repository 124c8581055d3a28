package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.LossForm;
import io.grokgrid.tensor.SharedFloats;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A network over pairs on one core: {@link PairTables} by autograd, and what is made for each pair
 * by {@link PairRows}, {@link PairAttention} and {@link PairKernel}.
 */
public final class CorePairNetwork implements PairNetwork {
  private final NDManager manager;
  private final PairTables tables;
  private final PairRows rows;
  private final @Nullable EqualsScores equalsScores;
  private final Portion training;
  private final Portion evaluation;
  private final int most;
  private final float[] flat; // the tables, without the product
  private final float[] gradients; // likewise
  private final SharedFloats seed;

  /** What goes through at a time, with the memory that this takes. */
  private record Portion(PairKernel kernel, @Nullable PairAttention attention) {}

  private CorePairNetwork(
      NDManager manager,
      PairTables tables,
      PairRows rows,
      @Nullable EqualsScores equalsScores,
      IntFunction<Portion> portion,
      int train,
      int most) {
    this.manager = manager;
    this.tables = tables;
    this.rows = rows;
    this.equalsScores = equalsScores;
    this.most = most;
    training = portion.apply(train);
    evaluation = portion.apply(most);
    flat = new float[rows.geometry.tablesSize()];
    gradients = new float[flat.length];
    seed = new SharedFloats(flat.length - Vectors.LEAD);
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
    boolean apart = scored && model.equalsToken();
    PairRows rows = new TransformerRows(model, geometry);
    return new CorePairNetwork(
        manager,
        new TransformerTables(manager, model, n, scored && !apart),
        rows,
        apart ? new EqualsScores(model, geometry) : null,
        pairs -> {
          PairAttention attention =
              scored ? new PairAttention(model, geometry, model.length() - 1, pairs) : null;
          return new Portion(
              new PairKernel(manager, rows, attention, model.activation(), form, pairs), attention);
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
        null,
        pairs ->
            new Portion(new PairKernel(manager, rows, null, model.activation(), form, pairs), null),
        train,
        most);
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> leaves = tables.leaves(manager, parameters);
      leaves.values().forEach(leaf -> leaf.setRequiresGradient(true));
      PairTables.Made made = Autograd.record(() -> tables.of(leaves));
      EqualsScores.Adjoint scores = read(made, parameters);
      PairAttention attention = training.attention();
      weigh(attention, pairs);
      double loss = training.kernel().lossAndGradient(pairs, made.product(), gradients);
      float[] base = rows.makeGradients(gradients);
      if (attention != null) {
        attention.scoreGradients(pairs, gradients, rows.geometry.scoresAt());
      }
      differentiate(made);
      tables.readGradients(leaves, gradient);
      rows.makeBiasGradients(parameters, base, gradient);
      if (scores != null) {
        scores.makeGradients(parameters, gradients, rows.geometry.scoresAt(), gradient);
      }
      return loss;
    }
  }

  /** Copies the tables, one behind the other, and makes the scores of '=' and the rows of them. */
  private EqualsScores.@Nullable Adjoint read(PairTables.Made made, float[] parameters) {
    int at = Vectors.LEAD;
    for (NDArray table : made.arrays()) {
      if (table != made.product()) {
        SharedFloats.read(table, flat, at, (int) table.size());
      }
      at += (int) table.size();
    }
    rows.make(flat, parameters);
    return equalsScores == null
        ? null
        : equalsScores.make(parameters, flat, rows.geometry.scoresAt());
  }

  private void weigh(@Nullable PairAttention attention, Pairs pairs) {
    if (attention != null) {
      attention.score(flat, rows.geometry.scoresAt(), pairs);
      attention.weigh();
    }
  }

  /** From the tables' gradients to those of the leaves. */
  private void differentiate(PairTables.Made made) {
    seed.put(0, gradients, Vectors.LEAD, gradients.length - Vectors.LEAD);
    int at = 0;
    for (NDArray table : made.arrays()) {
      Autograd.backward(table, seed.tensor(manager, at, table.getShape()));
      at += (int) table.size();
    }
  }

  @Override
  public void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      PairTables.Made made = tables.of(tables.leaves(manager, parameters));
      EqualsScores.Adjoint unused = read(made, parameters);
      for (int from = 0; from < pairs.size(); from += most) {
        Pairs part = pairs.range(from, Math.min(from + most, pairs.size()));
        weigh(evaluation.attention(), part);
        evaluation.kernel().evaluate(part, made.product(), losses, correct, from);
      }
    }
  }

  @Override
  public List<AttentionMean> attention(float[] parameters, Pairs pairs, int step) {
    return tables.attention(manager, parameters, pairs, most, step);
  }
}
