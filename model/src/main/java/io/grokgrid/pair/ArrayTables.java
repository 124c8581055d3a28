package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.grokgrid.math.Vectors;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.SharedFloats;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** By the engine and autograd. */
final class ArrayTables implements CoreTables {
  private final NDManager manager;
  private final PairTables tables;
  private final ArrayAlgebra algebra;
  private final @Nullable Tape scores; // of '=': for one row the engine's calls take too long
  private final float[] flat;
  private final float[] gradients;
  private final SharedFloats seed;
  private PairTables.@Nullable Made<NDArray> made;

  /**
   * @param manager on a CPU; must outlive this object
   * @param flat receives the tables, but for the product
   * @param gradients theirs, to be filled before {@link #makeGradients}
   */
  ArrayTables(NDManager manager, PairTables tables, float[] flat, float[] gradients) {
    this.manager = manager;
    this.tables = tables;
    scores = tables.scoresApart(flat, gradients);
    this.flat = flat;
    this.gradients = gradients;
    algebra = new ArrayAlgebra(manager, tables.leaves());
    seed = new SharedFloats(flat.length - Vectors.LEAD);
  }

  @Override
  public Pairs restrict(Pairs pairs) {
    return pairs;
  }

  @Override
  public void make(float[] parameters, boolean differentiated) {
    algebra.start(parameters, differentiated);
    PairTables.Made<NDArray> now =
        differentiated ? Autograd.record(() -> tables.of(algebra)) : tables.of(algebra);
    for (PairTables.Table<NDArray> table : now.all()) {
      if (table.at() != now.product().at()) {
        SharedFloats.read(table.made(), flat, table.at(), (int) table.made().size());
      }
    }
    made = now;
    if (scores != null) {
      scores.forward(parameters);
    }
  }

  private PairTables.Made<NDArray> made() {
    return Objects.requireNonNull(made);
  }

  @Override
  public void makeGradients(float[] gradient) {
    seed.put(0, gradients, Vectors.LEAD, gradients.length - Vectors.LEAD);
    for (PairTables.Table<NDArray> table : made().all()) {
      int from = table.at() - Vectors.LEAD;
      Autograd.backward(table.made(), seed.tensor(manager, from, table.made().getShape()));
    }
    algebra.readGradients(gradient);
    if (scores != null) {
      scores.backward(gradient);
    }
  }

  @Override
  public PairProducts products(int chunk) {
    return new ArrayProducts(manager, tables.geometry(), () -> made().product().made(), chunk);
  }
}
