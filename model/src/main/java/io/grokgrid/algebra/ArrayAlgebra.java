package io.grokgrid.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The engine's arrays, on any device; autograd differentiates them. */
public final class ArrayAlgebra implements Algebra<NDArray> {
  private final NDManager manager;
  private final List<Leaf> leaves;
  private final Map<String, NDArray> constants = new HashMap<>();
  private final Map<String, NDArray> tensors = new HashMap<>();
  private float[] parameters = new float[0];
  private boolean isDifferentiated;

  /**
   * @param manager owns the constants; must outlive this object
   */
  public ArrayAlgebra(NDManager manager, List<Leaf> leaves) {
    this.manager = manager;
    this.leaves = leaves;
    for (Leaf leaf : leaves) {
      if (leaf.isConstant()) {
        constants.put(leaf.name(), leaf.tensor(manager, parameters));
      }
    }
  }

  /**
   * Forgets the last leaves.
   *
   * @param parameters flat, what new ones are made of
   * @param differentiated whether they ask for gradients
   */
  public void start(float[] parameters, boolean differentiated) {
    tensors.clear();
    this.parameters = parameters;
    isDifferentiated = differentiated;
  }

  /**
   * Copies the gradients of the leaves that were asked for to their places; those of others are 0.
   */
  public void readGradients(float[] gradient) {
    for (Leaf leaf : leaves) {
      NDArray tensor = tensors.get(leaf.name());
      if (tensor == null) {
        leaf.clearGradient(gradient);
      } else {
        leaf.readGradient(tensor, gradient);
      }
    }
  }

  @Override
  public NDArray leaf(String name) {
    NDArray constant = constants.get(name);
    return constant == null ? tensors.computeIfAbsent(name, this::made) : constant;
  }

  private NDArray made(String name) {
    NDArray tensor = Leaf.of(leaves, name).tensor(manager, parameters);
    tensor.setRequiresGradient(isDifferentiated);
    return tensor;
  }

  @Override
  public NDArray product(NDArray x, NDArray y) {
    return isSingle(x) && !isSingle(y)
        ? x.expandDims(0).broadcast(y.size(0), x.size(0), x.size(1)).batchMatMul(y)
        : x.matMul(y);
  }

  private static boolean isSingle(NDArray x) {
    return x.getShape().dimension() == 2;
  }

  @Override
  public NDArray productByTransposed(NDArray x, NDArray y) {
    return isSingle(y) ? x.matMul(y.transpose()) : x.batchMatMul(y.swapAxes(1, 2));
  }

  @Override
  public NDArray productByEach(NDArray x, NDArray y) {
    return x.expandDims(1) // (H, 1, L, K)
        .matMul(y) // (H, J, L, K)
        .reshape(x.size(0), -1, x.size(2));
  }

  @Override
  public NDArray transposed(NDArray x) {
    return x.transpose();
  }

  @Override
  public NDArray sum(NDArray x) {
    return x.sum(new int[] {0}, true);
  }

  @Override
  public NDArray split(NDArray x, int n) {
    return x.reshape(n, x.size(0) / n, x.size(1));
  }
}
