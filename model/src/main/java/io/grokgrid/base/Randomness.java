package io.grokgrid.base;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A stream of random numbers that is a function of (seed, name) alone: SplitMix64 (Steele, Lea,
 * Flood 2014) started from the SHA-256 of both. Every random number that can reach a result comes
 * from such a stream, so that results depend neither on what else runs in the JVM nor on its
 * version.
 */
public final class Randomness {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;
  private double spareGaussian = Double.NaN;

  private Randomness(long state) {
    this.state = state;
  }

  /** The stream {@code name} of {@code seed}, from its beginning. */
  public static Randomness stream(long seed, String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((seed + "/" + name).getBytes(StandardCharsets.UTF_8));
      return new Randomness(ByteBuffer.wrap(digest).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Another stream, as this one is after so many more calls of {@link #nextLong}. */
  public Randomness after(long calls) {
    return new Randomness(state + calls * GOLDEN_GAMMA);
  }

  public long nextLong() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Uniform on [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /**
   * Uniform on {0, .., bound - 1}, without bias: draws that would favour small values are drawn
   * again.
   */
  public int nextInt(int bound) {
    long limit = (1L << 32) / bound * bound;
    long draw = nextLong() >>> 32;
    while (draw >= limit) {
      draw = nextLong() >>> 32;
    }
    return (int) (draw % bound);
  }

  /** Standard normal, by Marsaglia's polar method in strict arithmetic. */
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double spare = spareGaussian;
      spareGaussian = Double.NaN;
      return spare;
    }
    double u;
    double v;
    double s;
    do {
      u = 2 * nextDouble() - 1;
      v = 2 * nextDouble() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s == 0);
    double scale = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
    spareGaussian = v * scale;
    return u * scale;
  }

  /** Shuffles in place, every order equally likely (Fisher and Yates, from the end). */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
