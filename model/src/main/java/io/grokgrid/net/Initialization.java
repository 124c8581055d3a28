package io.grokgrid.net;

import io.grokgrid.base.Randomness;

/** How a network's parameters are drawn. Layer norms always begin as the identity. */
public enum Initialization {
  /** All N(0, 1/D), W_U N(0, 1/V), biases 0 (Nanda et al. 2023, released code). */
  PAPER,
  /**
   * As paper, but W_in N(0, 1/F); of an embedding MLP the embedding N(0, 2/F), W_U N(0, 1/F),
   * linear maps as torch.nn.Linear draws them (Zhong et al. 2023, released code, train-main.py and
   * train-linear.py).
   */
  CLOCK_PIZZA,
  /** As clock_pizza, but a transformer's MLP as torch.nn.Linear draws it. */
  CLOCK_PIZZA_TORCH_MLP,
  /** Embedding and attention N(0, 1), MLP and unembedding as torch.nn.Linear draws them. */
  STANDARD_NORMAL,
  /** Everything as torch.nn draws it: embeddings N(0, 1), linear maps U(+-1/sqrt(inputs)). */
  TORCH,
  /** Xavier normal, N(0, 2 / (inputs + outputs)), for every matrix; biases 0. */
  XAVIER;

  /** Draws from N(0, deviation^2), or from U(-bound, bound); one of the two is 0. */
  private record Distribution(double deviation, double bound) {
    double draw(Randomness random) {
      return bound > 0
          ? bound * (2 * random.nextDouble() - 1)
          : deviation == 0 ? 0 : deviation * random.nextGaussian();
    }
  }

  /** As below, unscaled. */
  public float[] draw(Layout layout, long seed) {
    return draw(layout, seed, 1);
  }

  /**
   * Fresh parameters. Every tensor has a random stream of its own, so that one more tensor changes
   * no other.
   *
   * @param scale of all but layer norms (Omnigrok's alpha: Liu et al. 2022, arXiv 2210.01117)
   * @return one flat array in the order of {@code layout}
   */
  public float[] draw(Layout layout, long seed, double scale) {
    float[] values = new float[layout.size()];
    for (Layout.Tensor tensor : layout.tensors()) {
      Randomness random = Randomness.stream(seed, "init/" + tensor.name());
      Distribution distribution =
          (this == CLOCK_PIZZA || this == CLOCK_PIZZA_TORCH_MLP) && layout.linearHidden() > 0
              ? ofLinearNet(tensor, layout.linearHidden())
              : distribution(tensor, layout.vocabulary());
      boolean one = tensor.role() == Layout.Role.NORM_SCALE;
      for (int i = 0; i < tensor.size(); i++) {
        values[tensor.offset() + i] = one ? 1 : (float) (scale * distribution.draw(random));
      }
    }
    return values;
  }

  private Distribution distribution(Layout.Tensor tensor, int vocabulary) {
    return switch (tensor.role()) {
      case NORM_SCALE, NORM_SHIFT -> normal(0);
      case BIAS_MLP, BIAS_UNEMBED -> biases(tensor);
      case EMBEDDING -> embedding(tensor);
      case ATTENTION -> attention(tensor);
      case ONE_HOT, MLP_IN, MLP_OUT -> mlp(tensor);
      case UNEMBED -> unembed(tensor, vocabulary);
    };
  }

  private static Distribution ofLinearNet(Layout.Tensor tensor, int hidden) {
    return switch (tensor.role()) {
      case EMBEDDING -> normal(Math.sqrt(2.0 / hidden));
      case UNEMBED -> normal(1 / Math.sqrt(hidden));
      case BIAS_UNEMBED -> normal(0);
      default -> linear(tensor);
    };
  }

  private Distribution embedding(Layout.Tensor tensor) {
    return switch (this) {
      case STANDARD_NORMAL, TORCH -> normal(1);
      case XAVIER -> xavier(tensor);
      default -> normal(1 / Math.sqrt(tensor.outputs()));
    };
  }

  private Distribution attention(Layout.Tensor tensor) {
    return switch (this) {
      case STANDARD_NORMAL -> normal(1);
      case TORCH -> linear(tensor);
      case XAVIER -> xavier(tensor);
      default -> normal(1 / Math.sqrt(tensor.width()));
    };
  }

  private Distribution mlp(Layout.Tensor tensor) {
    return switch (this) {
      case PAPER -> normal(1 / Math.sqrt(tensor.width()));
      case CLOCK_PIZZA -> normal(1 / Math.sqrt(tensor.outputs()));
      case XAVIER -> xavier(tensor);
      case CLOCK_PIZZA_TORCH_MLP, STANDARD_NORMAL, TORCH -> linear(tensor);
    };
  }

  private Distribution unembed(Layout.Tensor tensor, int vocabulary) {
    return switch (this) {
      case STANDARD_NORMAL, TORCH -> linear(tensor);
      case XAVIER -> xavier(tensor);
      default -> normal(1 / Math.sqrt(vocabulary));
    };
  }

  private Distribution biases(Layout.Tensor tensor) {
    boolean torch =
        switch (this) {
          case PAPER, CLOCK_PIZZA, XAVIER -> false;
          case CLOCK_PIZZA_TORCH_MLP -> tensor.role() == Layout.Role.BIAS_MLP;
          case STANDARD_NORMAL, TORCH -> true;
        };
    return torch ? linear(tensor) : normal(0);
  }

  private static Distribution normal(double deviation) {
    return new Distribution(deviation, 0);
  }

  private static Distribution linear(Layout.Tensor tensor) {
    return new Distribution(0, 1 / Math.sqrt(tensor.inputs()));
  }

  private static Distribution xavier(Layout.Tensor tensor) {
    return normal(Math.sqrt(2.0 / (tensor.inputs() + tensor.outputs())));
  }
}
