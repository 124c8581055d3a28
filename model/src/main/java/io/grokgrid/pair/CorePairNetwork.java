package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Autograd;
import io.grokgrid.net.LossForm;
import io.grokgrid.net.TransformerSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A one-layer network over pairs on one core: {@link PairTables} by autograd, and what is made for
 * each pair by {@link PairRows}, {@link PairAttention} and {@link PairKernel}.
 *
 * <p>A step is: parameters, tables (recorded by autograd), rows and weights, kernel, and back:
 * gradients of rows and weights, of the tables, of the parameters (by autograd, seeded with the
 * tables' gradient). The scores of '=' are {@link EqualsScores}'s.
 */
public final class CorePairNetwork implements PairNetwork {
  private final NDManager manager;
  private final PairTables tables;
  private final LossForm form;
  private final PairRows rows;
  private final @Nullable EqualsScores equalsScores;
  private final boolean withScores; // among the tables
  private final int most;
  private final float[] flat;
  private final float[] gradients;
  private final SharedFloats seed;

  /** What goes through at a time, with the memory that this takes. */
  private record Part(PairKernel kernel, @Nullable PairAttention attention) {}

  private final Part training;
  private final Part evaluation;

  /**
   * @param manager on a CPU; must outlive this object
   * @param form of the loss
   * @param train pairs that {@link #lossAndGradient} gets at most
   * @param evaluated pairs that {@link #evaluate} takes at a time: bounds the memory
   */
  public CorePairNetwork(
      NDManager manager, TransformerSpec model, int p, LossForm form, int train, int evaluated) {
    this.manager = manager;
    this.form = form;
    tables = new PairTables(manager, model, p);
    rows = new PairRows(tables);
    boolean scored = !tables.hasFixedWeights();
    equalsScores = scored && model.equalsToken() ? new EqualsScores(model, p) : null;
    withScores = scored && !model.equalsToken();
    most = evaluated;
    training = part(train);
    evaluation = part(evaluated);
    PairAttention attention = training.attention();
    int size = rows.scoresAt() + (attention == null ? 0 : attention.size());
    flat = new float[size];
    gradients = new float[size];
    seed = new SharedFloats(size - Vectors.LEAD);
  }

  private Part part(int pairs) {
    return new Part(
        new PairKernel(manager, tables.shapes(), tables.model().activation(), form, pairs),
        tables.hasFixedWeights()
            ? null
            : new PairAttention(tables, tables.model().length() - 1, pairs));
  }

  @Override
  public double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> leaves = tables.leaves(manager, parameters, withScores);
      leaves.values().forEach(leaf -> leaf.setRequiresGradient(true));
      List<NDArray> made = Autograd.record(() -> tables.of(leaves, withScores).arrays());
      read(made, parameters);
      double loss = differentiate(pairs, product(made));
      int at = 0;
      for (NDArray table : made) {
        Autograd.backward(table, seed.tensor(manager, at, table.getShape()));
        at += (int) table.size();
      }
      tables.readGradients(leaves, gradient, withScores);
      rows.makeBiasGradients(parameters, gradient);
      if (equalsScores != null) {
        equalsScores.makeGradients(parameters, gradients, rows.scoresAt(), gradient);
      }
      return loss;
    }
  }

  /** From rows and weights to the gradients of tables. */
  private double differentiate(Pairs pairs, NDArray product) {
    PairAttention attention = training.attention();
    weigh(attention, pairs);
    double loss = training.kernel().lossAndGradient(pairs, rows, attention, product, gradients);
    rows.makeGradients(gradients);
    if (attention != null) {
      attention.scoreGradients(pairs, gradients, rows.scoresAt());
    }
    seed.put(0, gradients, Vectors.LEAD, gradients.length - Vectors.LEAD);
    return loss;
  }

  /** Copies the tables, one behind the other, and makes rows of them. */
  private void read(List<NDArray> made, float[] parameters) {
    int at = Vectors.LEAD;
    for (NDArray table : made) {
      SharedFloats.read(table, flat, at, (int) table.size());
      at += (int) table.size();
    }
    rows.make(flat, parameters);
    if (equalsScores != null) {
      equalsScores.make(parameters, flat, rows.scoresAt());
    }
  }

  /** (C, F). */
  private NDArray product(List<NDArray> made) {
    return made.get(tables.ownRows() > 0 ? 2 : 1);
  }

  private void weigh(@Nullable PairAttention attention, Pairs pairs) {
    if (attention != null) {
      attention.score(flat, rows.scoresAt(), pairs);
      attention.weigh();
    }
  }

  @Override
  public void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      List<NDArray> made =
          tables.of(tables.leaves(manager, parameters, withScores), withScores).arrays();
      read(made, parameters);
      NDArray product = product(made);
      PairAttention attention = evaluation.attention();
      for (int from = 0; from < pairs.size(); from += most) {
        Pairs part = pairs.range(from, Math.min(from + most, pairs.size()));
        weigh(attention, part);
        evaluation.kernel().evaluate(part, rows, attention, product, losses, correct, from);
      }
    }
  }

  @Override
  public List<MeanAttention> attention(float[] parameters, Pairs pairs) {
    return MeanAttention.of(tables, manager, parameters, pairs, most);
  }
}
