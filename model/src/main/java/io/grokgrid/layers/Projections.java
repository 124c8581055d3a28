package io.grokgrid.layers;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.Layout;
import io.grokgrid.net.TransformerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Queries, keys and values of a layer's rows, of all heads, and their gradients: (.., H K), and
 * (.., 2 H K) with the keys first. In the first layer they are a table of tokens (and of positions,
 * to be added) where they depend on nothing else.
 */
final class Projections {
  final float[] queries;
  final float[] keysAndValues;
  final float[] queryGradients;
  final float[] keyAndValueGradients;
  final int joint; // H K
  private final Linear query;
  private final Linear keyAndValue;
  private final float[] read; // (N, D)
  private final int width;
  private final float[] back; // (N, D)

  /**
   * @param attn prefix of its parameters' names
   * @param rows N at most
   */
  Projections(TransformerSpec model, Layout layout, String attn, int rows, Work work) {
    int headWidth = Vectors.padded(model.dHead());
    joint = model.heads() * headWidth;
    width = Vectors.padded(model.dModel());
    query = new Linear(heads(model, layout.at(attn + "W_Q"), 0), width, joint, work.products);
    List<Linear.Part> both = new ArrayList<>(heads(model, layout.at(attn + "W_K"), 0));
    both.addAll(heads(model, layout.at(attn + "W_V"), joint));
    keyAndValue = new Linear(both, width, 2 * joint, work.products);
    read = Work.rows(rows, width);
    queries = new float[Vectors.LEAD + rows * joint + Vectors.BLOCK]; // read beyond by Turn
    keysAndValues = new float[Vectors.LEAD + 2 * rows * joint + Vectors.BLOCK];
    queryGradients = new float[queries.length];
    keyAndValueGradients = new float[keysAndValues.length];
    back = work.narrow;
  }

  /** A matrix a head (H, D, K), side by side from a column on. */
  private static List<Linear.Part> heads(TransformerSpec model, Layout.Tensor tensor, int column) {
    int size = model.dModel() * model.dHead();
    List<Linear.Part> parts = new ArrayList<>();
    for (int h = 0; h < model.heads(); h++) {
      int to = column + h * Vectors.padded(model.dHead());
      parts.add(new Linear.Part(tensor.offset() + h * size, model.dModel(), model.dHead(), 0, to));
    }
    return parts;
  }

  void load(float[] parameters) {
    query.load(parameters);
    keyAndValue.load(parameters);
  }

  void store(float[] gradient) {
    query.store(gradient);
    keyAndValue.store(gradient);
  }

  /** Of n rows x (n, D), queries of those from row {@code asked} on; gradients become 0. */
  void forward(float[] x, int n, int asked) {
    System.arraycopy(x, Vectors.LEAD, read, Vectors.LEAD, n * width);
    query.forward(read, asked, n - asked, queries);
    keyAndValue.forward(read, 0, n, keysAndValues);
    Arrays.fill(queryGradients, 0, Vectors.LEAD + (n - asked) * joint, 0);
    Arrays.fill(keyAndValueGradients, 0, Vectors.LEAD + 2 * n * joint, 0);
  }

  /** The adjoint: receives the gradient of x. */
  void backward(float[] d, int n, int asked) {
    keyAndValue.backward(read, 0, n, keyAndValueGradients, d);
    query.backward(read, asked, n - asked, queryGradients, back);
    Vectors.add(d, Vectors.LEAD + asked * width, back, Vectors.LEAD, (n - asked) * width);
  }
}
