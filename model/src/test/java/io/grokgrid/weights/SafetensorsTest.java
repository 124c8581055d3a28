package io.grokgrid.weights;

import static io.grokgrid.weights.SafetensorsFiles.LAYOUT;
import static io.grokgrid.weights.SafetensorsFiles.SMALLEST;
import static io.grokgrid.weights.SafetensorsFiles.SMALLEST_HEADER;
import static io.grokgrid.weights.SafetensorsFiles.counting;
import static io.grokgrid.weights.SafetensorsFiles.edited;
import static io.grokgrid.weights.SafetensorsFiles.file;
import static io.grokgrid.weights.SafetensorsFiles.parts;
import static io.grokgrid.weights.SafetensorsFiles.read;
import static io.grokgrid.weights.SafetensorsFiles.refuses;
import static io.grokgrid.weights.SafetensorsFiles.replaced;
import static io.grokgrid.weights.SafetensorsFiles.tiled;
import static io.grokgrid.weights.SafetensorsFiles.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.grokgrid.base.Refused;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final Path PEERS = Path.of("../../shared/peers");

  static Stream<Layout> layouts() {
    return Stream.of(
        LAYOUT,
        SMALLEST,
        withUnembedBias(Outputs.TOKENS).layoutOfPairs(5),
        layered(2, Encoding.ROPE, Normalization.PRE),
        layered(3, Encoding.LEARNED, Normalization.POST));
  }

  private static Layout layered(int layers, Encoding encoding, Normalization normalization) {
    return Models.parts()
        .layers(layers)
        .widths(8, 2, 4)
        .hidden(16)
        .encoding(encoding)
        .normalization(normalization)
        .model()
        .layoutOfPairs(7);
  }

  /** D = 4, H = 2, F = 6. */
  private static TransformerSpec withUnembedBias(Outputs outputs) {
    return Models.parts().hidden(6).outputs(outputs).unembedBias(true).model();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void givesBackEveryBit(Layout layout) {
    float[] parameters = Initialization.TORCH.draw(layout, 1);
    parameters[0] = -0f;
    parameters[1] = Float.MIN_VALUE;
    parameters[2] = -Float.MAX_VALUE;
    float[] found = read(Safetensors.write(layout, parameters, Map.of()), layout);
    assertThat(bits(found)).isEqualTo(bits(parameters));
  }

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  @Test
  void writesWhatTheFormatSays() {
    byte[] file = Safetensors.write(SMALLEST, counting(24), Map.of("run", "7"));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong();
    String header = new String(file, 8, length, UTF_8);
    assertThat(length % 8).isZero();
    assertThat(header).startsWith("{").containsPattern("} *$");
    assertThat(ConfigFactory.parseString(header))
        .isEqualTo(ConfigFactory.parseString(SMALLEST_HEADER));
    assertThat(file).hasSize(8 + length + 4 * 24);
    // 1, 2 and 24 in IEEE 754, the lowest byte first.
    assertThat(Arrays.copyOfRange(file, 8 + length, 16 + length))
        .containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0x40);
    assertThat(Arrays.copyOfRange(file, file.length - 4, file.length))
        .containsExactly(0, 0, 0xc0, 0x41);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "12", "123", "1234", "12345", "123456", "1234567"})
  void padsEveryHeaderToAMultipleOfEight(String text) {
    byte[] file = Safetensors.write(SMALLEST, counting(24), Map.of("run", text));
    assertThat(file.length % 8).isZero();
    assertThat(read(file, SMALLEST)).isEqualTo(counting(24));
  }

  @Test
  void readsAFileWrittenByHand() {
    ByteBuffer data = ByteBuffer.allocate(96).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(counting(24));
    byte[] file = file(SMALLEST_HEADER, data.array());
    assertThat(read(file, SMALLEST)).isEqualTo(counting(24));
    assertThat(Safetensors.metadata(file, "hand")).isEqualTo(Map.of("run", "7"));
  }

  @Test
  void findsTensorsByTheirOffsetsInAnyOrder() {
    byte[] file =
        edited(
            SMALLEST,
            header ->
                header
                    .replace("[0,16]", "[here]")
                    .replace("[80,96]", "[0,16]")
                    .replace("[here]", "[80,96]"));
    assertThat(read(file, SMALLEST)).startsWith(21, 22, 23, 24).endsWith(1, 2, 3, 4);
  }

  @Test
  void roundsDoublesToFloats() {
    double[] values = {Math.PI, 1e-60, -2, 3};
    byte[] file = replaced(SMALLEST, "embed.W_E", "F64", "[2,2]", values);
    assertThat(read(file, SMALLEST)).startsWith((float) Math.PI, 0, -2, 3, 5);
  }

  @Test
  void readsWhatAPeerPublished() throws IOException {
    Path path = PEERS.resolve("nanda_wd.safetensors");
    assumeTrue(Files.exists(path), "the peers' models are not here");
    byte[] file = Files.readAllBytes(path);
    Layout layout = Models.mainline(128, 4, 512).layoutOfPairs(113);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int start = 8 + (int) bytes.getLong();
    Config header = ConfigFactory.parseString(new String(file, 8, start - 8, UTF_8));
    float[] found = read(file, layout);
    for (Layout.Tensor tensor : layout.tensors()) {
      int offset = header.getIntList("\"" + tensor.name() + "\".data_offsets").get(0);
      for (int i = 0; i < tensor.size(); i++) {
        assertThat(found[tensor.offset() + i]).isEqualTo(bytes.getFloat(start + offset + 4 * i));
      }
    }
    assertThat(Safetensors.metadata(file, "nanda_wd").get("source")).startsWith("neelnanda-io/");
  }

  @Test
  void givesBackMetadataOfAnyText() {
    Map<String, String> metadata =
        Map.of("run", "{\"p\": 5, \"lr\": 1e-3}\n", "a.b", "\\ \u0001 \t p \u2261 q", "", "");
    byte[] file = Safetensors.write(LAYOUT, new float[LAYOUT.size()], metadata);
    assertThat(Safetensors.metadata(file, "f")).isEqualTo(metadata);
  }

  @Test
  void needsNoMetadata() {
    byte[] file = tiled(parts(SMALLEST));
    assertThat(read(file, SMALLEST)).isEqualTo(counting(24));
    assertThat(Safetensors.metadata(file, "f")).isEmpty();
  }

  @Test
  void namesEveryMissingMisshapenAndUnknownTensor() {
    Layout other = layered(2, Encoding.NONE, Normalization.PRE);
    byte[] file = Safetensors.write(LAYOUT, counting(LAYOUT.size()), Map.of());
    assertThatThrownBy(() -> Safetensors.read(file, "run/x.safetensors", other))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(
            "run/x.safetensors: embed.W_E must be float32 of shape (8, 8), was (6, 8); ")
        .hasMessageContaining(": blocks.0.ln1.w must be float32 of shape (8), was missing; ")
        .hasMessageContaining(
            ": blocks.1.attn.W_Q must be float32 of shape (2, 8, 4), was missing; ")
        .hasMessageContaining(": unembed.W_U must be float32 of shape (8, 7), was (8, 5); ")
        .hasMessageEndingWith(
            ": pos_embed.W_pos must be absent: the network has no such tensor, was (3, 8)");
  }

  @Test
  void refusesAnotherShapeOfTheSameSize() {
    refuses(
        edited(SMALLEST, header -> header.replace("[2,1]", "[1,2]")),
        "blocks.0.mlp.W_in must be float32 of shape (2, 1), was (1, 2)");
    refuses(
        edited(SMALLEST, header -> header.replace("[2,1]", "[2,1,1]")),
        "blocks.0.mlp.W_in must be float32 of shape (2, 1), was (2, 1, 1)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16", "I32", "f32"})
  void refusesOtherTypesByName(String dtype) {
    refuses(
        replaced(SMALLEST, "embed.W_E", dtype, "[2,2]", 0, 0),
        "embed.W_E must be float32 of shape (2, 2), was " + dtype + " of shape (2, 2)");
  }

  @ParameterizedTest
  @CsvSource({"NaN, NaN", "Infinity, Infinity", "-1e300, -Infinity"})
  void refusesWhatIsNotFiniteInFloat32(double value, String found) {
    refuses(
        replaced(SMALLEST, "unembed.W_U", "F64", "[2,2]", 1, 2, value, 4),
        "unembed.W_U must be finite in float32, was " + found);
  }

  @ParameterizedTest
  @CsvSource({
    "blocks.0.attn.b_Q, '[1,2]'",
    "blocks.0.attn.b_K, '[1,2]'",
    "blocks.0.attn.b_V, '[1,2]'",
    "blocks.0.attn.b_O, '[2]'",
    "blocks.0.mlp.b_out, '[2]'",
    "unembed.b_U, '[2]'"
  })
  void dropsABiasThatTheNetworkLacksOnlyWhereItIsZero(String bias, String shape) {
    assertThat(read(with(SMALLEST, bias, "F64", shape, 0, -0.0), SMALLEST)).isEqualTo(counting(24));
    String expected = shape.replace("[", "(").replace(",", ", ").replace("]", ")");
    String refusal =
        bias + " must be zeros of shape " + expected + ": the network has no such bias, was ";
    refuses(with(SMALLEST, bias, "F64", shape, 0, 0.5), refusal + "0.5");
    refuses(with(SMALLEST, bias, "F64", shape, Double.NaN, 0), refusal + "NaN");
    refuses(with(SMALLEST, bias, "F16", shape, 0, 0), refusal + "F16 of shape");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embed.b",
        "blocks.10.mlp.b_out",
        "mlp.0.b",
        "blocks.0.ln1.b",
        "blocks.0.attn.W_O",
        "xunembed.b_U",
        "a b"
      })
  void refusesZerosOfAnyOtherUnknownTensor(String name) {
    refuses(
        with(SMALLEST, name, "F64", "[2]", 0, 0),
        name + " must be absent: the network has no such tensor, was (2)");
  }

  @Test
  void leavesOutTheUnembeddingsSurplusColumns() {
    Layout tokens = withUnembedBias(Outputs.TOKENS).layoutOfPairs(5);
    Layout residues = withUnembedBias(Outputs.RESIDUES).layoutOfPairs(5);
    float[] wide = counting(tokens.size());
    float[] found = read(Safetensors.write(tokens, wide, Map.of()), residues);
    int from = residues.at("unembed.W_U").offset();
    assertThat(Arrays.copyOf(found, from)).isEqualTo(Arrays.copyOf(wide, from));
    for (int row = 0; row < 5; row++) { // D = 4 of W_U and the bias
      assertThat(Arrays.copyOfRange(found, from + 5 * row, from + 5 * row + 5))
          .isEqualTo(Arrays.copyOfRange(wide, from + 6 * row, from + 6 * row + 5));
    }
  }

  @Test
  void leavesOutNoOtherColumns() {
    Layout larger = withUnembedBias(Outputs.RESIDUES).layoutOfPairs(7);
    Layout smaller = withUnembedBias(Outputs.RESIDUES).layoutOfPairs(5);
    byte[] file = Safetensors.write(larger, counting(larger.size()), Map.of());
    assertThatThrownBy(() -> read(file, smaller))
        .hasMessageContaining(": unembed.W_U must be float32 of shape (4, 5), was (4, 7)")
        .hasMessageContaining(": unembed.b_U must be float32 of shape (5), was (7)");
  }

  @Test
  void writesOnlyAsManyParametersAsTheNetworkHas() {
    assertThatThrownBy(() -> Safetensors.write(SMALLEST, counting(23), Map.of()))
        .isInstanceOf(Refused.class)
        .hasMessage("parameters must be as many as the network has, 24, was 23");
  }
}
