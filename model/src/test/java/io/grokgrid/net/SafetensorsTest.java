package io.grokgrid.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.grokgrid.base.Refused;
import io.grokgrid.net.TransformerModel.Normalization;
import io.grokgrid.net.TransformerModel.Outputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final Path PEERS = Path.of("../../shared/peers");
  private static final Layout LAYOUT = new Layout(Models.mainline(8, 2, 16), 5);

  /** The smallest network: V = C = 2, D = K = 2, F = 1; no biases, no W_O. */
  private static final Layout SMALLEST =
      new Layout(
          new TransformerModel(
              1,
              2,
              1,
              2,
              1,
              Activation.RELU,
              Outputs.RESIDUES,
              Encoding.NONE,
              1,
              false,
              false,
              false,
              2,
              false,
              Normalization.NONE,
              true,
              false,
              true,
              false,
              0,
              Initialization.PAPER),
          2);

  /** What a file of {@link #SMALLEST} must say, written by hand. */
  private static final String SMALLEST_HEADER =
      """
      {"__metadata__":{"run":"7"},
      "embed.W_E":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},
      "blocks.0.attn.W_Q":{"dtype":"F32","shape":[1,2,2],"data_offsets":[16,32]},
      "blocks.0.attn.W_K":{"dtype":"F32","shape":[1,2,2],"data_offsets":[32,48]},
      "blocks.0.attn.W_V":{"dtype":"F32","shape":[1,2,2],"data_offsets":[48,64]},
      "blocks.0.mlp.W_in":{"dtype":"F32","shape":[2,1],"data_offsets":[64,72]},
      "blocks.0.mlp.W_out":{"dtype":"F32","shape":[1,2],"data_offsets":[72,80]},
      "unembed.W_U":{"dtype":"F32","shape":[2,2],"data_offsets":[80,96]}}
      """;

  static Stream<Layout> layouts() {
    return Stream.of(
        LAYOUT,
        SMALLEST,
        new Layout(withUnembedBias(Outputs.TOKENS), 5),
        layered(2, Encoding.ROPE, Normalization.PRE),
        layered(3, Encoding.LEARNED, Normalization.POST));
  }

  private static Layout layered(int layers, Encoding encoding, Normalization normalization) {
    return new Layout(
        Models.model(layers, 8, 2, 16, Activation.GELU, encoding, 1, true, normalization), 7);
  }

  /** D = 4, H = 2, F = 6. */
  private static TransformerModel withUnembedBias(Outputs outputs) {
    return new TransformerModel(
        1,
        4,
        2,
        2,
        6,
        Activation.RELU,
        outputs,
        Encoding.LEARNED,
        1,
        true,
        true,
        false,
        3,
        true,
        Normalization.NONE,
        true,
        true,
        true,
        true,
        0,
        Initialization.TORCH);
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
    Layout layout = new Layout(Models.mainline(128, 4, 512), 113);
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
    byte[] file = edited(SMALLEST, header -> header.replace("__metadata__", "unembed.b_U"));
    assertThat(Safetensors.metadata(file, "f")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "null", "{\"run\":7}", "{\"run\":null}", "{\"a\":{}}"})
  void refusesMetadataThatIsNotStrings(String metadata) {
    byte[] file = edited(SMALLEST, header -> header.replace("{\"run\":\"7\"}", metadata));
    assertThatThrownBy(() -> Safetensors.metadata(file, "f"))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f: __metadata__ must be an object of strings, was ");
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
    Layout tokens = new Layout(withUnembedBias(Outputs.TOKENS), 5);
    Layout residues = new Layout(withUnembedBias(Outputs.RESIDUES), 5);
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
    Layout larger = new Layout(withUnembedBias(Outputs.RESIDUES), 7);
    Layout smaller = new Layout(withUnembedBias(Outputs.RESIDUES), 5);
    byte[] file = Safetensors.write(larger, counting(larger.size()), Map.of());
    assertThatThrownBy(() -> read(file, smaller))
        .hasMessageContaining(": unembed.W_U must be float32 of shape (4, 5), was (4, 7)")
        .hasMessageContaining(": unembed.b_U must be float32 of shape (5), was (7)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0,16] | [0,12] | must have data_offsets that fit (2, 2), was [0, 12]",
        "[0,16] | [16,0] | must have two data_offsets in order within the 96 bytes of data",
        "[0,16] | [84,100] | must have two data_offsets in order within the 96 bytes of data",
        "[0,16] | [4294967296,4294967312] | must have two data_offsets in order",
        "[0,16] | [0,99999999999999999999] | must have a header that is a JSON object",
        "[0,16] | [0,999999999999999999] | must have two data_offsets in order",
        "[0,16] | [0,16,32] | must have two data_offsets in order",
        "[0,16] | [] | must have two data_offsets in order",
        "[0,16] | [-16,0] | must have whole numbers as data_offsets, was [-16, 0]",
        "[0,16] | [0,16.5] | must have whole numbers as data_offsets, was [0, 16.5]",
        "[0,16] | {} | must have whole numbers as data_offsets, was {}",
        "data_offsets | offsets | must have whole numbers as data_offsets, was null",
        "[2,2] | [2,null] | must have whole numbers as shape, was [2, null]",
        "[2,2] | 4 | must have whole numbers as shape, was 4",
        "[2,2] | [4294967296,4294967296,16] | must have data_offsets that fit (4294967296,",
        "[2,2] | [0,999999999999999999] | must have data_offsets that fit (0, 9999",
        "dtype | type | must be float32 of shape (2, 2), was null of shape (2, 2)",
      })
  void refusesADescriptionThatCannotBeTrue(String text, String damaged, String message) {
    UnaryOperator<String> damage =
        header -> {
          int at = header.indexOf("embed.W_E");
          int end = header.indexOf('}', at);
          String entry = header.substring(at, end).replace(text, damaged);
          return header.substring(0, at) + entry + header.substring(end);
        };
    byte[] file = edited(SMALLEST, damage);
    assertThatThrownBy(() -> read(file, SMALLEST))
        .isInstanceOf(Refused.class)
        .hasMessageMatching("(?s)f(: embed\\.W_E)? .*")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{",
        "{} {}",
        "not json",
        "{a = 1}",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": ${b}}",
        "{\"a\": \"\\u00zz\"}"
      })
  void refusesAHeaderThatIsNoJsonObject(String header) {
    refusesFile(
        file(header, new byte[8]),
        "must have a header that is a JSON object in UTF-8, was unreadable: ");
  }

  @Test
  void refusesAHeaderThatIsNoUtf8OrNestedWithoutEnd() {
    byte[] file = file("{\"a\": \"?\"}", new byte[0]);
    file[8 + 7] = (byte) 0xff;
    refusesFile(file, "must have a header that is a JSON object in UTF-8, was unreadable: ");
    refusesFile(
        file("{\"a\":" + "[".repeat(1_000_000), new byte[0]),
        "must have a header that is a JSON object in UTF-8, was unreadable: nested too deep");
  }

  @ParameterizedTest
  @CsvSource({
    "25, 25",
    "-1, 18446744073709551615",
    "4294967297, 4294967297",
    "9223372036854775807, 9223372036854775807"
  })
  void refusesALengthBeyondTheEnd(long length, String found) {
    byte[] file = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    refusesFile(
        file, "must have a header of at most 10^8 bytes within the 24 that follow, was " + found);
  }

  @Test
  void refusesAHeaderAboveTheFormatsLimit() {
    byte[] file = new byte[100_000_016];
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001);
    refusesFile(file, "must have a header of at most 10^8 bytes within the 100000008 that follow");
  }

  @Test
  void refusesAFileCutOffAnywhere() {
    byte[] file = Safetensors.write(SMALLEST, counting(24), Map.of());
    for (int length = 0; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> read(part, SMALLEST))
          .as(length + " bytes")
          .isInstanceOf(Refused.class)
          .hasMessageStartingWith("f");
    }
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, '"', '{', '}', '[', ',', '9', '-', '.', 'e', '\\', '\n', (byte) 0xff})
  void readsOrRefusesAHeaderWithAnyOneByteDamaged(byte damage) {
    byte[] whole = Safetensors.write(SMALLEST, counting(24), Map.of("run", "7"));
    for (int i = 0; i < whole.length - 96; i++) {
      byte[] file = whole.clone();
      file[i] = damage;
      try {
        assertThat(read(file, SMALLEST)).hasSize(24);
        Safetensors.metadata(file, "f");
      } catch (Refused e) {
        assertThat(e).hasMessageStartingWith("f");
      }
    }
  }

  @Test
  void writesOnlyAsManyParametersAsTheNetworkHas() {
    assertThatThrownBy(() -> Safetensors.write(SMALLEST, counting(23), Map.of()))
        .isInstanceOf(Refused.class)
        .hasMessage("parameters must be as many as the network has, 24, was 23");
  }

  private static void refuses(byte[] file, String message) {
    assertThatThrownBy(() -> read(file, SMALLEST))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f: " + message);
  }

  private static void refusesFile(byte[] file, String message) {
    assertThatThrownBy(() -> read(file, SMALLEST))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f " + message);
    assertThatThrownBy(() -> Safetensors.metadata(file, "f"))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f " + message);
  }

  private static float[] read(byte[] file, Layout layout) {
    return Safetensors.read(file, "f", layout);
  }

  /** 1, 2, .. */
  private static float[] counting(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i + 1;
    }
    return values;
  }

  private static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }

  /** A file of 1, 2, .. with another header. */
  private static byte[] edited(Layout layout, UnaryOperator<String> edit) {
    return edited(layout, edit, new byte[0]);
  }

  private static byte[] edited(Layout layout, UnaryOperator<String> edit, byte[] appended) {
    byte[] file = Safetensors.write(layout, counting(layout.size()), Map.of("run", "7"));
    int start = file.length - 4 * layout.size();
    byte[] data = Arrays.copyOfRange(file, start, file.length + appended.length);
    System.arraycopy(appended, 0, data, file.length - start, appended.length);
    return file(edit.apply(new String(file, 8, start - 8, UTF_8)), data);
  }

  /** A file of 1, 2, .. and behind them one more tensor. */
  private static byte[] with(
      Layout layout, String name, String dtype, String shape, double... values) {
    return edited(layout, header -> header, name, dtype, shape, values);
  }

  /** A file of 1, 2, .. but for one tensor. */
  private static byte[] replaced(
      Layout layout, String name, String dtype, String shape, double... values) {
    return edited(
        layout,
        header -> header.replaceFirst(",?\"" + name + "\":\\{[^}]*\\}", ""),
        name,
        dtype,
        shape,
        values);
  }

  private static byte[] edited(
      Layout layout,
      UnaryOperator<String> edit,
      String name,
      String dtype,
      String shape,
      double... values) {
    int begin = 4 * layout.size();
    String entry =
        "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]},"
            .formatted(name, dtype, shape, begin, begin + 8 * values.length);
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asDoubleBuffer().put(values);
    return edited(layout, header -> edit.apply(header).replaceFirst("\\{", entry), data.array());
  }
}
