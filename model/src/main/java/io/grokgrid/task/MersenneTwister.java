package io.grokgrid.task;

/**
 * MT19937 (Matsumoto and Nishimura 1998), with the two seedings that published splits were made
 * with. Only for repeating those: every other random number comes from {@link
 * io.grokgrid.base.Randomness}.
 */
final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int next = N;

  private MersenneTwister() {}

  /** The reference's {@code init_genrand}. */
  static MersenneTwister seeded(int seed) {
    MersenneTwister twister = new MersenneTwister();
    int[] state = twister.state;
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    return twister;
  }

  /** CPython's {@code random.seed(n)}: {@code init_by_array} over the 32-bit digits of |n|. */
  static MersenneTwister seededByPython(long seed) {
    long magnitude = Math.abs(seed);
    int high = (int) (magnitude >>> 32);
    int[] key = high == 0 ? new int[] {(int) magnitude} : new int[] {(int) magnitude, high};
    MersenneTwister twister = seeded(19650218);
    twister.mix(key);
    return twister;
  }

  private void mix(int[] key) {
    int i = 1;
    for (int k = 0; k < N; k++) {
      int j = k % key.length;
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1664525)) + key[j] + j;
      i = advance(i);
    }
    for (int k = 0; k < N - 1; k++) {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1566083941)) - i;
      i = advance(i);
    }
    state[0] = 0x80000000;
  }

  private int advance(int i) {
    if (i + 1 < N) {
      return i + 1;
    }
    state[0] = state[N - 1];
    return 1;
  }

  /** 32 random bits. */
  int nextInt() {
    if (next == N) {
      twist();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < N; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
    }
    next = 0;
  }
}
