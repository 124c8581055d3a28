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
  private long drawn;

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
    float[] factors = new float[(int) x.size()];
    mask(factors.length).put(factors, 0, 1, 0, factors.length);
    return x.mul(manager.create(factors, x.getShape()).toType(x.getDataType(), false));
  }

  /** What is left out of an array of so many numbers: the next in the order of the calls. */
  public Mask mask(long size) {
    Mask mask = new Mask(random.after(drawn), probability);
    drawn += (size + 1) / 2;
    return mask;
  }

  /** What is left out of one array, in parts of it and as often as asked for. */
  public static final class Mask {
    private final Randomness random;
    private final int kept; // a float's bits
    private final long least;

    private Mask(Randomness random, double probability) {
      this.random = random;
      kept = Float.floatToIntBits((float) (1 / (1 - probability)));
      least = Math.round(probability * 0x1p32);
    }

    /**
     * What numbers of the array that are one behind the other are multiplied by: x[at + i stride]
     * becomes the factor of the i-th of n.
     *
     * @param from where these begin in the array, flat
     */
    public void put(float[] x, int at, int stride, long from, int n) {
      Randomness draws = random.after(from / 2);
      int i = 0;
      if (from % 2 == 1 && n > 0) {
        x[at] = second(draws.nextLong());
        i++;
      }
      for (; i < n - 1; i += 2) {
        long draw = draws.nextLong();
        x[at + i * stride] = first(draw);
        x[at + (i + 1) * stride] = second(draw);
      }
      if (i < n) {
        x[at + i * stride] = first(draws.nextLong());
      }
    }

    private float first(long draw) {
      return factor(draw >>> 32);
    }

    private float second(long draw) {
      return factor(draw & 0xffffffffL);
    }

    /** The factor or 0 without a branch, which nothing could predict. */
    private float factor(long draw) {
      int isLess = (int) ((draw - least) >> 63); // all bits or none
      return Float.intBitsToFloat(kept & ~isLess);
    }
  }
}
