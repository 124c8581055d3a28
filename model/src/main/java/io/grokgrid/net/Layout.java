package io.grokgrid.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where each named parameter lies in the one flat array that training, saving and the optimizer
 * work on. Names and shapes are TransformerLens's: {@code embed.W_E} (V, D), {@code
 * blocks.0.attn.W_Q} (H, D, K), ..
 */
public final class Layout {
  /** What a parameter is for, which decides how it is drawn. */
  public enum Role {
    EMBEDDING,
    /** Rows of the map that reads one-hot operands, which is drawn as a linear map. */
    ONE_HOT,
    ATTENTION,
    MLP_IN,
    MLP_OUT,
    BIAS_MLP,
    UNEMBED,
    BIAS_UNEMBED,
    NORM_SCALE,
    NORM_SHIFT;

    /** Whether it is a matrix between hidden layers; embeddings, biases and scales are not. */
    public boolean isHiddenMatrix() {
      return this == ATTENTION || this == MLP_IN || this == MLP_OUT;
    }
  }

  /**
   * One named parameter.
   *
   * @param shape row-major
   * @param offset of its first number in the flat array
   * @param inputs numbers that one output of this linear map (or of the map that this bias belongs
   *     to) depends on
   * @param outputs numbers that the map gives; for embeddings D
   * @param width D
   */
  public record Tensor(
      String name, Role role, Shape shape, int offset, int inputs, int outputs, int width) {
    public int size() {
      return (int) shape.size();
    }

    /** Whether it has rows and columns; biases and layer norms' scales and shifts have not. */
    public boolean isMatrix() {
      return shape.dimension() > 1;
    }
  }

  private final List<Tensor> tensors = new ArrayList<>();
  private final int vocabulary;
  private final int width;
  private final int linearHidden;
  private final int tokenClasses;
  private long size;

  /**
   * Of no parameters yet.
   *
   * @param width D
   * @param tokenClasses see {@link #tokenClasses()}
   * @param linearHidden see {@link #linearHidden()}
   */
  Layout(int vocabulary, int width, int tokenClasses, int linearHidden) {
    this.vocabulary = vocabulary;
    this.width = width;
    this.tokenClasses = tokenClasses;
    this.linearHidden = linearHidden;
  }

  /** A table of {@code rows} embeddings, D wide. */
  void addEmbedding(String name, int rows) {
    add(name, Role.EMBEDDING, rows, width, rows, width);
  }

  /** The linear map from the last hidden layer to classes. */
  void addUnembedding(int inputs, int classes, boolean bias) {
    add("unembed.W_U", Role.UNEMBED, inputs, classes, inputs, classes);
    if (bias) {
      addUnembeddingBias(inputs, classes);
    }
  }

  void addUnembeddingBias(int inputs, int classes) {
    add("unembed.b_U", Role.BIAS_UNEMBED, inputs, classes, classes);
  }

  /** A layer norm's scale and shift. */
  void addNorm(String prefix) {
    add(prefix + "w", Role.NORM_SCALE, width, width, width);
    add(prefix + "b", Role.NORM_SHIFT, width, width, width);
  }

  /** A parameter behind those that there are. */
  void add(String name, Role role, int inputs, int outputs, long... shape) {
    Shape dimensions = new Shape(shape);
    tensors.add(new Tensor(name, role, dimensions, (int) size, inputs, outputs, width));
    size = Math.addExact(size, dimensions.size());
  }

  /**
   * This, when all parameters are there.
   *
   * @throws IllegalArgumentException if they are too many for one array
   */
  Layout checked() {
    if (size > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "the network must have at most 2^31 parameters, had " + size);
    }
    return this;
  }

  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** The parameter of that name, or null if the network has none. */
  public @Nullable Tensor find(String name) {
    return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst().orElse(null);
  }

  /** The parameter of that name. */
  public Tensor at(String name) {
    return Objects.requireNonNull(find(name), name);
  }

  /** How many numbers are trained. */
  public int size() {
    return (int) size;
  }

  /** V. */
  public int vocabulary() {
    return vocabulary;
  }

  /**
   * The columns that an unembedding from elsewhere may have, of which the first C count: V where
   * the classes are the residues among the tokens, else C.
   */
  public int tokenClasses() {
    return tokenClasses;
  }

  /** Width of the last hidden layer of a network without attention, else 0. */
  int linearHidden() {
    return linearHidden;
  }

  /** The view of that name, which there must be. */
  public static NDArray at(Map<String, NDArray> views, String name) {
    return Objects.requireNonNull(views.get(name), name);
  }

  /**
   * The named parameters as views of one flat tensor; gradients flow through.
   *
   * @param flat (size)
   */
  Map<String, NDArray> views(NDArray flat) {
    long[] ends = tensors.stream().skip(1).mapToLong(Tensor::offset).toArray();
    NDList parts = flat.split(ends, 0);
    Map<String, NDArray> views = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      views.put(tensor.name(), parts.get(i).reshape(tensor.shape()));
    }
    return views;
  }
}
