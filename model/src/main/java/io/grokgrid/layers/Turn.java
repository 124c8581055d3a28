package io.grokgrid.layers;

import io.grokgrid.math.LayerVectors;
import io.grokgrid.math.Vectors;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.PositionalEncoding;

/**
 * The rotation of queries and keys, of all heads, by their position. With c and s the cosine and
 * sine of a component's angle, of the plane (x, y) x becomes x c - y s and y becomes y c + x s:
 * each number is multiplied, and so are its neighbours, of which one counts.
 */
final class Turn {
  private final int joint; // H K
  private final float[] own; // (T, H K)
  private final float[] next; // (T, H K)
  private final float[] previous; // (T, H K)
  private final float[] nextBack; // (T, H K)
  private final float[] previousBack; // (T, H K)

  Turn(Encoding encoding, int length, int depth, int heads) {
    int width = Vectors.padded(depth);
    joint = heads * width;
    double[] cosine = PositionalEncoding.rotation(encoding, true, length, depth);
    double[] sine = PositionalEncoding.rotation(encoding, false, length, depth);
    own = new float[Vectors.LEAD + length * joint];
    next = new float[own.length];
    previous = new float[own.length];
    nextBack = new float[own.length];
    previousBack = new float[own.length];
    for (int row = 0; row < length * heads; row++) {
      for (int m = 0; m < depth; m += 2) {
        int x = Vectors.LEAD + row * width + m;
        int from = row / heads * depth + m;
        own[x] = (float) cosine[from];
        own[x + 1] = (float) cosine[from + 1];
        next[x] = -(float) sine[from];
        previous[x + 1] = (float) sine[from + 1];
        nextBack[x] = previous[x + 1];
        previousBack[x + 1] = next[x];
      }
    }
  }

  /** to[at..] = x[from..], turned as at position t. */
  void of(float[] x, int from, int t, float[] to, int at) {
    int row = Vectors.LEAD + t * joint;
    LayerVectors.turn(x, from, own, next, previous, row, to, at, joint);
  }

  /** The adjoint: to[at..] += d[from..], turned back. */
  void addBack(float[] d, int from, int t, float[] to, int at) {
    int row = Vectors.LEAD + t * joint;
    LayerVectors.addTurned(d, from, own, nextBack, previousBack, row, to, at, joint);
  }
}
