package io.grokgrid.llc;

import io.grokgrid.base.Randomness;

/**
 * Standard normal numbers by the ziggurat of Marsaglia and Tsang (2000) in the form of Doornik
 * (2005, "An improved ziggurat method to generate normal random samples"), which takes the layer
 * and the place in it from different bits: exact but for the 53 bits of a double, and in strict
 * arithmetic, so that every processor gives the same. One number takes 1.02 calls of {@link
 * Randomness#nextLong} in the mean.
 */
final class Ziggurat {
  private static final int LAYERS = 256;

  /** Where the tail begins, and the area of each layer: Marsaglia and Tsang's, of 256 layers. */
  private static final double TAIL = 3.654152885361009;

  private static final double AREA = 4.92867323399e-3;

  private static final double[] EDGES = edges();
  private static final double[] INSIDE = inside();

  private Ziggurat() {}

  private static double[] edges() {
    double[] x = new double[LAYERS + 1];
    x[0] = AREA / density(TAIL);
    x[1] = TAIL;
    for (int i = 2; i < LAYERS; i++) {
      x[i] = StrictMath.sqrt(-2 * StrictMath.log(AREA / x[i - 1] + density(x[i - 1])));
    }
    return x;
  }

  /** The share of each layer that lies below the density whatever the height. */
  private static double[] inside() {
    double[] shares = new double[LAYERS];
    for (int i = 0; i < LAYERS; i++) {
      shares[i] = EDGES[i + 1] / EDGES[i];
    }
    return shares;
  }

  private static double density(double x) {
    return StrictMath.exp(-0.5 * x * x);
  }

  /** Fills an array, number after number. */
  static void fill(double[] to, Randomness random) {
    for (int i = 0; i < to.length; i++) {
      to[i] = next(random);
    }
  }

  static double next(Randomness random) {
    long bits = random.nextLong();
    int layer = (int) bits & (LAYERS - 1);
    double place = (bits >> 11) * 0x1p-52; // from -1, included, to 1, excluded
    return Math.abs(place) < INSIDE[layer] ? place * EDGES[layer] : atTheEdge(layer, place, random);
  }

  private static double atTheEdge(int layer, double place, Randomness random) {
    if (layer == 0) {
      return place < 0 ? -beyond(random) : beyond(random);
    }
    double x = place * EDGES[layer];
    double low = StrictMath.exp(-0.5 * (EDGES[layer] * EDGES[layer] - x * x));
    double high = StrictMath.exp(-0.5 * (EDGES[layer + 1] * EDGES[layer + 1] - x * x));
    return high + random.nextDouble() * (low - high) < 1 ? x : next(random);
  }

  /** A number from the tail (Marsaglia 1964). */
  private static double beyond(Randomness random) {
    double x;
    double y;
    do {
      x = StrictMath.log(1 - random.nextDouble()) / TAIL;
      y = StrictMath.log(1 - random.nextDouble());
    } while (-2 * y < x * x);
    return TAIL - x;
  }
}
