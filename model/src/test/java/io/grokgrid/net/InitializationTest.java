package io.grokgrid.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grokgrid.base.Randomness;
import io.grokgrid.net.TransformerSpec.Normalization;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InitializationTest {
  private static final long SEED = 11;

  /** V = 8, D = 6, H = 2, K = 4, F = 5, C = 7. */
  private static final Layout TRANSFORMER =
      Models.parts()
          .widths(6, 2, 4)
          .hidden(5)
          .normalization(Normalization.PRE)
          .unembedBias(true)
          .model()
          .layoutOfPairs(7);

  /** n = 7, D = 4, two hidden layers of 5. */
  private static final Layout MLP =
      Models.mlp().separateOperands(true).widths(4, 5).layers(2).model().layoutOfPairs(7);

  /** Of a transformer's array and of an embedding MLP's. */
  private record Digests(String transformer, String mlp) {}

  /**
   * The first 16 hex digits of the SHA-256 of each array as big-endian floats; another program
   * computed them from the definitions of the constants and of {@link Randomness}.
   */
  private static final Map<Initialization, Digests> GOLDEN =
      Map.of(
          Initialization.PAPER,
          new Digests("91501e8efde156bd", "90ff9f8ede5ee304"),
          Initialization.CLOCK_PIZZA,
          new Digests("8895bb5ebe8772eb", "8760bfec6c3117c6"),
          Initialization.CLOCK_PIZZA_TORCH_MLP,
          new Digests("1b0bb631f32601b1", "8760bfec6c3117c6"),
          Initialization.STANDARD_NORMAL,
          new Digests("d2f917498d790a6c", "8f8cc90006290976"),
          Initialization.TORCH,
          new Digests("bec7e4a77add38e7", "8f8cc90006290976"),
          Initialization.XAVIER,
          new Digests("6cb9d4666fb622c8", "5374312f72263cc7"));

  private static String digest(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void drawsTheGoldenNumbers(Initialization init) {
    assertThat(GOLDEN).as("a golden value for every constant").containsKey(init);
    Digests drawn = new Digests(digest(init.draw(TRANSFORMER, SEED)), digest(init.draw(MLP, SEED)));
    assertThat(drawn).isEqualTo(GOLDEN.get(init));
  }

  /** Omnigrok's alpha: every number but layer norms', which stay the identity. */
  @ParameterizedTest
  @EnumSource
  void scalesEverythingButLayerNorms(Initialization init) {
    for (double alpha : new double[] {0.25, 8}) { // powers of two: exact
      for (Layout layout : new Layout[] {TRANSFORMER, MLP}) {
        float[] plain = init.draw(layout, SEED);
        float[] scaled = init.draw(layout, SEED, alpha);
        for (Layout.Tensor tensor : layout.tensors()) {
          boolean isNorm = tensor.name().contains("ln");
          for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
            assertThat(scaled[i])
                .as(tensor.name())
                .isEqualTo((float) (isNorm ? plain[i] : alpha * plain[i]));
          }
        }
      }
    }
  }

  /** The first number of a tensor is its deviation times the first one of its own stream. */
  @ParameterizedTest
  @CsvSource({
    "PAPER, embed.W_E, 1, 6",
    "PAPER, pos_embed.W_pos, 1, 6",
    "PAPER, blocks.0.attn.W_O, 1, 6",
    "PAPER, blocks.0.mlp.W_in, 1, 6",
    "PAPER, blocks.0.mlp.W_out, 1, 6",
    "PAPER, blocks.0.mlp.b_in, 0, 1",
    "PAPER, unembed.W_U, 1, 8",
    "PAPER, unembed.b_U, 0, 1",
    "CLOCK_PIZZA, blocks.0.mlp.W_in, 1, 5",
    "CLOCK_PIZZA, blocks.0.mlp.W_out, 1, 6",
    "STANDARD_NORMAL, blocks.0.attn.W_Q, 1, 1",
    "TORCH, embed.W_E, 1, 1",
    "XAVIER, embed.W_E, 2, 14",
    "XAVIER, blocks.0.attn.W_K, 2, 14",
    "XAVIER, blocks.0.mlp.W_in, 2, 11",
    "XAVIER, unembed.W_U, 2, 13",
  })
  void normalNumbersHaveTheVarianceOfTheirRole(
      Initialization init, String name, double over, double under) {
    double standard = Randomness.stream(SEED, "init/" + name).nextGaussian();
    assertThat(first(init, TRANSFORMER, name))
        .isEqualTo((float) (Math.sqrt(over / under) * standard), within(1e-7f));
  }

  /** Bounds are 1 / sqrt(inputs). */
  @ParameterizedTest
  @CsvSource({
    "CLOCK_PIZZA_TORCH_MLP, blocks.0.mlp.W_out, 5",
    "CLOCK_PIZZA_TORCH_MLP, blocks.0.mlp.b_in, 6",
    "STANDARD_NORMAL, unembed.W_U, 6",
    "TORCH, blocks.0.attn.W_O, 8",
    "TORCH, blocks.0.mlp.W_in, 6",
    "TORCH, blocks.0.mlp.b_out, 5",
    "TORCH, unembed.b_U, 6",
  })
  void uniformNumbersHaveTheBoundOfTheirRole(Initialization init, String name, double inputs) {
    double standard = 2 * Randomness.stream(SEED, "init/" + name).nextDouble() - 1;
    assertThat(first(init, TRANSFORMER, name))
        .isEqualTo((float) (standard / Math.sqrt(inputs)), within(1e-7f));
  }

  @Test
  void clockPizzaDrawsAnEmbeddingMlpByItsHiddenWidth() {
    double embedding = Randomness.stream(SEED, "init/embed_b.W_E").nextGaussian();
    double unembedding = Randomness.stream(SEED, "init/unembed.W_U").nextGaussian();
    assertThat(first(Initialization.CLOCK_PIZZA, MLP, "embed_b.W_E"))
        .isEqualTo((float) (Math.sqrt(2.0 / 5) * embedding), within(1e-7f));
    assertThat(first(Initialization.CLOCK_PIZZA, MLP, "unembed.W_U"))
        .isEqualTo((float) (Math.sqrt(1.0 / 5) * unembedding), within(1e-7f));
  }

  @ParameterizedTest
  @EnumSource
  void normsBeginAsTheIdentity(Initialization init) {
    assertThat(first(init, TRANSFORMER, "ln_final.w")).isEqualTo(1);
    assertThat(first(init, TRANSFORMER, "ln_final.b")).isZero();
  }

  private static float first(Initialization init, Layout layout, String name) {
    return init.draw(layout, SEED)[layout.at(name).offset()];
  }
}
