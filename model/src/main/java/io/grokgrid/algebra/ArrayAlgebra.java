package io.grokgrid.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The engine's arrays, on any device, of several runs at once; autograd differentiates them. What
 * is one matrix for a run is (runs, 1, R, C) here, what is N of them (runs, N, R, C); of constants
 * and what is made of them alone there is one for all runs.
 */
public final class ArrayAlgebra implements Algebra<NDArray> {
  private static final int HEADS = 1; // the axis of N matrices

  private final NDManager manager;
  private final List<Leaf> leaves;
  private final Map<String, NDArray> constants = new HashMap<>();
  private final Map<String, NDArray> tensors = new HashMap<>();
  private List<float[]> parameters = List.of();
  private boolean isDifferentiated;

  /**
   * @param manager owns the constants; must outlive this object
   */
  public ArrayAlgebra(NDManager manager, List<Leaf> leaves) {
    this.manager = manager;
    this.leaves = leaves;
    for (Leaf leaf : leaves) {
      if (leaf.isConstant()) {
        constants.put(leaf.name(), leaf.tensor(manager, List.of(new float[0])));
      }
    }
  }

  /**
   * Forgets the last leaves.
   *
   * @param parameters each run's, flat: what new leaves are made of
   * @param differentiated whether they ask for gradients
   */
  public void start(List<float[]> parameters, boolean differentiated) {
    tensors.clear();
    this.parameters = parameters;
    isDifferentiated = differentiated;
  }

  /**
   * Copies the gradients of the leaves that were asked for to their places, each run's in its own;
   * those of others are 0.
   */
  public void readGradients(List<float[]> gradients) {
    for (Leaf leaf : leaves) {
      NDArray tensor = tensors.get(leaf.name());
      if (tensor == null) {
        gradients.forEach(leaf::clearGradient);
      } else {
        leaf.readGradients(tensor, gradients);
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
    return x.matMul(y);
  }

  @Override
  public NDArray productByTransposed(NDArray x, NDArray y) {
    return x.matMul(transposed(y));
  }

  @Override
  public NDArray productByEach(NDArray x, NDArray y) {
    return x.expandDims(2) // (runs, H, 1, L, K)
        .matMul(y.squeeze(0)) // (runs, H, J, L, K)
        .reshape(x.size(0), x.size(HEADS), -1, y.size(3));
  }

  @Override
  public NDArray transposed(NDArray x) {
    return x.swapAxes(2, 3);
  }

  @Override
  public NDArray sum(NDArray x) {
    return x.sum(new int[] {HEADS}, true);
  }

  @Override
  public NDArray split(NDArray x, int n) {
    return x.reshape(x.size(0), n, x.size(2) / n, x.size(3));
  }
}
