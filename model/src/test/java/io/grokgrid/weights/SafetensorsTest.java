package io.grokgrid.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.grokgrid.base.Refused;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
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
  private static final Layout LAYOUT = Models.mainline(8, 2, 16).layoutOfPairs(5);

  /** The smallest network: V = C = 2, D = K = 2, F = 1; no biases, no W_O. */
  private static final Layout SMALLEST =
      Models.parts()
          .widths(2, 1, 2)
          .hidden(1)
          .encoding(Encoding.NONE)
          .equalsToken(false)
          .mlpBias(false)
          .outputProjection(false)
          .model()
          .layoutOfPairs(2);

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]             | an array",
        "7              | 7",
        "null           | null",
        "{\"run\":7}    | 7 as run",
        "{\"run\":null} | null as run",
        "{\"a\":{}}     | an object as a",
        "{\"a\":true}   | boolean as a",
      })
  void refusesMetadataThatIsNotStrings(String metadata, String found) {
    byte[] file = edited(SMALLEST, header -> header.replace("{\"run\":\"7\"}", metadata));
    refusesFile(file, ": __metadata__ must be an object of strings, was " + found);
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0,16] | [0,12] | must have data_offsets that fit (2, 2), was [0, 12]",
        "[0,16] | [16,0] | must have two data_offsets in order within the 96 bytes of data",
        "[0,16] | [84,100] | must have two data_offsets in order within the 96 bytes of data",
        "[0,16] | [4294967296,4294967312] | must have two data_offsets in order",
        "[0,16] | [0,99999999999999999999] | must have whole numbers as data_offsets, was [0, 99",
        "[0,16] | [0,999999999999999999] | must have two data_offsets in order",
        "[0,16] | [0,16,32] | must have two data_offsets in order",
        "[0,16] | [] | must have two data_offsets in order",
        "[0,16] | [-16,0] | must have whole numbers as data_offsets, was [-16, 0]",
        "[0,16] | [0,16.5] | must have whole numbers as data_offsets, was [0, 16.5]",
        "[0,16] | {} | must have whole numbers as data_offsets, was an object",
        "[0,16] | [\"0\",16] | must have whole numbers as data_offsets, was [\"0\", 16]",
        "[0,16] | [0,1e1] | must have whole numbers as data_offsets, was [0, 1e1]",
        "[0,16] | [0,NaN] | must have a header that is a JSON object in UTF-8, was unreadable: ",
        "[0,16] | [0,16],\"x\":[[1]] | must be an object of dtype, shape and data_offsets alone, was x",
        "[0,16] | [0,16],\"dtype\":\"F32\" | was unreadable: names dtype twice",
        "data_offsets | offsets | must have whole numbers as data_offsets, was missing",
        "[2,2] | [2,null] | must have whole numbers as shape, was [2, null]",
        "[2,2] | [1,1,1,1,1,1,1,1,4] | must have at most 8 numbers as shape, was more",
        "[2,2] | [] | must have data_offsets that fit (), was [0, 16]",
        "[2,2] | 4 | must have whole numbers as shape, was 4",
        "[2,2] | [4294967296,4294967296,16] | must have data_offsets that fit (4294967296,",
        "[2,2] | [0,999999999999999999] | must have data_offsets that fit (0, 9999",
        "dtype | type | must be an object of dtype, shape and data_offsets alone, was type",
        "\"dtype\":\"F32\", | '' | must be float32 of shape (2, 2), was missing of shape (2, 2)",
        "\"F32\" | 32 | must be float32 of shape (2, 2), was 32 of shape (2, 2)",
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
        "{\"a\": \"\\u00zz\"}",
        "{\"__metadata__\": {\"a\": \"\\ud800\"}}",
        "{\"__metadata__\": {\"a\": \"1\", \"a\": \"2\"}}",
        "{\"__metadata__\": {}, \"__metadata__\": {}}",
        " {}",
        "\ufeff{}",
        "{} \u0000",
        "{\"__metadata__\": {\"a\": \"\t\"}}",
        "{'a': 1}",
        "{\"a\": 1,}",
        "{\"a\": NaN}",
        "{/* */}"
      })
  void refusesAHeaderThatIsNoJsonObject(String header) {
    refusesFile(
        file(header, new byte[8]),
        " must have a header that is a JSON object in UTF-8, was unreadable: ");
  }

  @Test
  void refusesAHeaderThatIsNoUtf8() {
    byte[] file = file("{\"a\": \"?\"}", new byte[0]);
    file[8 + 7] = (byte) 0xff;
    refusesFile(
        file, " must have a header that is a JSON object in UTF-8, was unreadable: not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void refusesBracketsWithoutEnd(String bracket) {
    for (String before : List.of("{\"a\":", "{\"a\":{\"shape\":", "{\"__metadata__\":")) {
      refusesFile(
          file(before + bracket.repeat(500_000), new byte[0]),
          " must have a header that is a JSON object in UTF-8, was unreadable: ");
    }
    String closed = "[".repeat(200) + "]".repeat(200);
    refusesFile(file("{\"a\":" + closed + "}", new byte[0]), ": a must be an object of dtype,");
  }

  @Test
  void refusesWhatIsNotCoveredExactlyOnce() {
    refuses(
        edited(SMALLEST, header -> header.replace("[16,32]", "[0,16]")),
        "embed.W_E must begin where the tensor before it ends, at byte 16 of the data,"
            + " was 0; f: blocks.0.attn.W_K must begin where");
    refuses(
        edited(SMALLEST, header -> header.replace("[16,32]", "[12,28]")),
        "blocks.0.attn.W_Q must begin where the tensor before it ends, at byte 16 of the data,"
            + " was 12; f: blocks.0.attn.W_K must begin where");
    byte[] whole = tiled(parts(SMALLEST));
    refusesFile(
        Arrays.copyOf(whole, whole.length + 1),
        " must end with the last tensor, at byte 96 of the data, was 97");
    Map<String, Part> parts = parts(SMALLEST);
    parts.put("hole", new Part("F32", "[1]", ByteBuffer.allocate(4)));
    parts.putAll(Map.of("blocks.0.attn.b_O", new Part("F32", "[2]", ByteBuffer.allocate(8))));
    byte[] holed = tiled(parts);
    String header = new String(holed, 8, holed.length - 8 - 108, UTF_8);
    String without = header.replaceFirst(",\"hole\":\\{[^}]*\\}", "");
    refusesFile(
        file(without, Arrays.copyOfRange(holed, holed.length - 108, holed.length)),
        ": blocks.0.attn.b_O must begin where the tensor before it ends, at byte 96 of the data,"
            + " was 100");
  }

  @Test
  void refusesALargeHeaderAtOnce() {
    refusesFile(
        file("{" + " ".repeat(20_000_000) + "}", new byte[0]),
        " must have a header of at most 4194304 bytes within the 20000002 that follow, was");
    byte[] blanks = file("{" + " ".repeat((1 << 22) - 2) + "}", new byte[0]);
    assertThat(Safetensors.metadata(blanks, "f")).isEmpty();
  }

  @Test
  void countsTensorsBeforeItLooksAtThem() {
    String header =
        IntStream.range(0, 60_000)
            .mapToObj(i -> "\"a" + i + "\":{}")
            .collect(joining(",", "{", "}"));
    refusesFile(file(header, new byte[0]), " must have at most 4096 tensors, was more");
  }

  @Test
  void namesTheFirstProblemsAndCountsTheOthers() {
    Map<String, Part> parts = parts(SMALLEST);
    for (int i = 0; i < 2000; i++) {
      parts.put("a" + i, new Part("F32", "[1]", ByteBuffer.allocate(4)));
    }
    assertThatThrownBy(() -> read(tiled(parts), SMALLEST))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.problems()).hasSize(51))
        .hasMessageContaining("f: a0 must be absent: the network has no such tensor, was (1); ")
        .hasMessageEndingWith("f must have no problems, was 1950 more than these");
  }

  @Test
  void showsNamesShortAndWithoutCommandsToATerminal() {
    refuses(
        with(SMALLEST, "\\u001b[2J" + "a".repeat(5000), "F64", "[2]", 0, 0),
        "\\u001b[2J" + "a".repeat(96) + ".. must be absent: the network has no such tensor");
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
        file,
        " must have a header of at most 4194304 bytes within the 24 that follow, was " + found);
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

  /**
   * Files as accidents and ill will leave them: none takes long, and what is accepted says what it
   * says to another reader too.
   */
  @Test
  void readsADamagedFileAsTheFormatSaysOrRefusesIt() {
    Random random = new Random(8);
    int accepted = 0;
    for (int i = 0; i < 1200; i++) {
      Layout layout = i % 2 == 0 ? SMALLEST : LAYOUT;
      Map<String, String> metadata = Map.of("run", "{\"a.b\":1}", "step", "70");
      byte[] damaged =
          damaged(Safetensors.write(layout, counting(layout.size()), metadata), layout, random);
      float[] found = assertTimeoutPreemptively(ofSeconds(2), () -> readOrRefuse(damaged, layout));
      if (found.length > 0) {
        assertThat(found).isEqualTo(readOtherwise(damaged, layout));
        accepted++;
      }
    }
    assertThat(accepted).isBetween(100, 800);
  }

  /** Nothing if it is refused. */
  private static float[] readOrRefuse(byte[] file, Layout layout) {
    try {
      return read(file, layout);
    } catch (Refused e) {
      assertThat(e).hasMessageStartingWith("f").hasMessageContaining(" must ");
      return new float[0];
    }
  }

  private static byte[] damaged(byte[] file, Layout layout, Random random) {
    byte[] damaged = file.clone();
    int data = 4 * layout.size();
    int header = file.length - data;
    int from = random.nextInt(file.length);
    int count = 1 + random.nextInt(Math.min(64, file.length - from));
    switch (random.nextInt(10)) {
      case 0 -> damaged[from] ^= (byte) (1 << random.nextInt(8));
      case 1 -> damaged[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> damaged[header + random.nextInt(data)] ^= (byte) (1 << random.nextInt(8));
      case 3 -> damaged[random.nextInt(8)] = (byte) random.nextInt(256);
      case 4 -> damaged = Arrays.copyOf(file, from);
      case 5 -> damaged = Arrays.copyOf(file, file.length + count);
      case 6 -> {
        int to = random.nextInt(file.length - count + 1);
        System.arraycopy(file, to, damaged, from, count);
        System.arraycopy(file, from, damaged, to, count);
      }
      default -> {
        String text = new String(file, 8, header - 8, UTF_8);
        damaged = file(edited(text, random), Arrays.copyOfRange(file, header, file.length));
      }
    }
    return damaged;
  }

  /** Another header with at most three other pieces of JSON. */
  private static String edited(String header, Random random) {
    List<String> pieces =
        List.of("0", "1", "4", "16", "32", "{", "}", "[", "]", ",", ":", "\"", " ", "null", "F64");
    StringBuilder edited = new StringBuilder(header);
    for (int edit = random.nextInt(3); edit >= 0; edit--) {
      int at = random.nextInt(edited.length() - 4);
      String piece = pieces.get(random.nextInt(pieces.size()));
      edited.replace(at, at + random.nextInt(3), random.nextBoolean() ? piece : "");
    }
    return edited.toString();
  }

  /** The parameters of a file that the format allows, by the format's text alone. */
  private static float[] readOtherwise(byte[] file, Layout layout) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int start = 8 + (int) bytes.getLong();
    ConfigObject header = ConfigFactory.parseString(new String(file, 8, start - 8, UTF_8)).root();
    float[] parameters = new float[layout.size()];
    boolean[] taken = new boolean[file.length - start];
    for (String name : header.keySet()) {
      if (name.equals("__metadata__")) {
        continue;
      }
      Config tensor = ((ConfigObject) header.get(name)).toConfig();
      List<Integer> range = tensor.getIntList("data_offsets");
      for (int i = range.get(0); i < range.get(1); i++) {
        assertThat(taken[i]).isFalse();
        taken[i] = true;
      }
      Layout.Tensor own = layout.find(name);
      for (int i = 0; own != null && i < own.size(); i++) {
        int at = start + range.get(0);
        parameters[own.offset() + i] =
            tensor.getString("dtype").equals("F64")
                ? (float) bytes.getDouble(at + 8 * i)
                : bytes.getFloat(at + 4 * i);
      }
    }
    assertThat(taken).doesNotContain(false);
    return parameters;
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
        .hasMessageStartingWith("f" + message);
    assertThatThrownBy(() -> Safetensors.metadata(file, "f"))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f" + message);
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
    byte[] file = Safetensors.write(layout, counting(layout.size()), Map.of("run", "7"));
    int start = file.length - 4 * layout.size();
    byte[] data = Arrays.copyOfRange(file, start, file.length);
    return file(edit.apply(new String(file, 8, start - 8, UTF_8)), data);
  }

  /** A file of 1, 2, .. and behind them one more tensor. */
  private static byte[] with(
      Layout layout, String name, String dtype, String shape, double... values) {
    Map<String, Part> parts = parts(layout);
    parts.put(name, new Part(dtype, shape, doubles(values)));
    return tiled(parts);
  }

  /** A file of 1, 2, .. but for one tensor. */
  private static byte[] replaced(
      Layout layout, String name, String dtype, String shape, double... values) {
    Map<String, Part> parts = parts(layout);
    assertThat(parts.replace(name, new Part(dtype, shape, doubles(values)))).isNotNull();
    return tiled(parts);
  }

  private record Part(String dtype, String shape, ByteBuffer data) {}

  /** The tensors of a file of 1, 2, .. in their order. */
  private static Map<String, Part> parts(Layout layout) {
    byte[] file = Safetensors.write(layout, counting(layout.size()), Map.of());
    int start = file.length - 4 * layout.size();
    Map<String, Part> parts = new LinkedHashMap<>();
    for (Layout.Tensor tensor : layout.tensors()) {
      int begin = start + 4 * tensor.offset();
      ByteBuffer data = ByteBuffer.wrap(Arrays.copyOfRange(file, begin, begin + 4 * tensor.size()));
      String shape = Arrays.toString(tensor.shape().getShape());
      parts.put(tensor.name(), new Part("F32", shape, data));
    }
    return parts;
  }

  private static ByteBuffer doubles(double... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asDoubleBuffer().put(values);
    return data;
  }

  /** A file of these tensors one behind the other. */
  private static byte[] tiled(Map<String, Part> parts) {
    StringJoiner header = new StringJoiner(",", "{", "}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    parts.forEach(
        (name, part) -> {
          int begin = data.size();
          byte[] bytes = new byte[part.data.limit()];
          part.data.get(0, bytes);
          data.writeBytes(bytes);
          header.add(
              "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(name, part.dtype, part.shape, begin, data.size()));
        });
    return file(header.toString(), data.toByteArray());
  }
}
