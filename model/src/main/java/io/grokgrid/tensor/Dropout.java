package io.grokgrid.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.grokgrid.base.Randomness;

/**
 * Sets each number to 0 with a probability, and divides the others by how probable they were to
 * stay (Srivastava et al. 2014, section 10).
 */
public final class Dropout {
  private final NDManager manager;
  private final double probability;
  private final Randomness random;

  /**
   * @param random what is drawn from, in the order of the calls
   */
  public Dropout(NDManager manager, double probability, Randomness random) {
    this.manager = manager;
    this.probability = probability;
    this.random = random;
  }

  /** x with numbers left out; gradients flow through the others. */
  public NDArray of(NDArray x) {
    return x.mul(manager.create(mask((int) x.size()), x.getShape()).toType(x.getDataType(), false));
  }

  private float[] mask(int size) {
    float[] mask = new float[size];
    float kept = (float) (1 / (1 - probability));
    long least = Math.round(probability * 0x1p32);
    for (int i = 0; i < size; i += 2) {
      long draw = random.nextLong();
      mask[i] = draw >>> 32 >= least ? kept : 0;
      if (i + 1 < size) {
        mask[i + 1] = (draw & 0xffffffffL) >= least ? kept : 0;
      }
    }
    return mask;
  }
}
