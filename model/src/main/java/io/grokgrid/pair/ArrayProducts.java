package io.grokgrid.pair;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.math.Vectors;
import io.grokgrid.tensor.SharedFloats;
import java.util.function.Supplier;

/**
 * The engine's products, on memory that is shared with it. The first is fastest with C a multiple
 * of {@link Vectors#BLOCK}; the other two leave the padding out.
 */
final class ArrayProducts implements PairProducts {
  private final Supplier<NDArray> product;
  private final int productAt;
  private final int hidden;
  private final int classes;
  private final int answers;
  private final int width;
  private final int chunk;
  private final float[] zeros;
  private final SharedFloats sharedHidden;
  private final SharedFloats sharedGradient;
  private final NDArray hiddenRows; // (B, F)
  private final NDArray gradientRows; // (B, answers)
  private final NDArray gradientColumns; // (answers, B)
  private final NDManager manager;
  private NDArray total; // (answers, F)

  /**
   * @param manager owns the tensors; must outlive this object
   * @param product gives the one of this step
   * @param chunk B, pairs at a time at most
   */
  ArrayProducts(NDManager manager, PairGeometry geometry, Supplier<NDArray> product, int chunk) {
    this.manager = manager;
    this.product = product;
    this.chunk = chunk;
    productAt = geometry.productAt();
    hidden = geometry.hidden();
    classes = geometry.classes();
    answers = geometry.answers();
    width = geometry.width();
    zeros = new float[Math.max(hidden, classes)];
    sharedHidden = new SharedFloats(chunk * hidden);
    sharedGradient = new SharedFloats(chunk * classes);
    hiddenRows = sharedHidden.tensor(manager, 0, new Shape(chunk, hidden));
    gradientRows =
        sharedGradient.tensor(manager, 0, new Shape(chunk, classes)).get(":, :" + answers);
    gradientColumns = gradientRows.transpose();
    total = manager.zeros(new Shape(answers, hidden));
  }

  @Override
  public void forward(float[] x, int n, float[] logits) {
    put(x, Vectors.LEAD, n, hidden, sharedHidden);
    try (NDArray columns = product.get().transpose(); // (F, C)
        NDArray found = hiddenRows.matMul(columns)) { // (B, C)
      SharedFloats.read(found, logits, Vectors.LEAD, chunk * classes);
    }
  }

  /** Copies n rows, {@code length} wide, and zeros behind them: the surplus of the last chunk. */
  private void put(float[] x, int at, int n, int length, SharedFloats memory) {
    for (int row = 0; row < chunk; row++) {
      if (row < n) {
        memory.put(row * length, x, at + row * width, length);
      } else {
        memory.put(row * length, zeros, 0, length);
      }
    }
  }

  @Override
  public void startGradient() {
    total = manager.zeros(new Shape(answers, hidden));
  }

  @Override
  public void backward(float[] x, int n, float[] dHidden) {
    put(x, Vectors.LEAD + hidden, n, classes, sharedGradient);
    try (NDArray back = product.get().get(":" + answers); // (answers, F)
        NDArray d = gradientRows.matMul(back); // (B, F)
        NDArray more = gradientColumns.matMul(hiddenRows)) { // (answers, F)
      SharedFloats.read(d, dHidden, Vectors.LEAD, chunk * hidden);
      total.addi(more);
    }
  }

  @Override
  public void readGradient(float[] tables) {
    SharedFloats.read(total, tables, productAt, answers * hidden);
    total.close();
  }
}
