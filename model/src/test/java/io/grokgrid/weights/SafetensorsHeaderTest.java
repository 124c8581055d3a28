package io.grokgrid.weights;

import static io.grokgrid.weights.SafetensorsFiles.SMALLEST;
import static io.grokgrid.weights.SafetensorsFiles.edited;
import static io.grokgrid.weights.SafetensorsFiles.file;
import static io.grokgrid.weights.SafetensorsFiles.parts;
import static io.grokgrid.weights.SafetensorsFiles.read;
import static io.grokgrid.weights.SafetensorsFiles.refuses;
import static io.grokgrid.weights.SafetensorsFiles.refusesFile;
import static io.grokgrid.weights.SafetensorsFiles.tiled;
import static io.grokgrid.weights.SafetensorsFiles.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Refused;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file says about itself and must not. */
class SafetensorsHeaderTest {
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
    Map<String, SafetensorsFiles.Piece> parts = parts(SMALLEST);
    parts.put("hole", new SafetensorsFiles.Piece("F32", "[1]", ByteBuffer.allocate(4)));
    parts.putAll(
        Map.of(
            "blocks.0.attn.b_O", new SafetensorsFiles.Piece("F32", "[2]", ByteBuffer.allocate(8))));
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
    Map<String, SafetensorsFiles.Piece> parts = parts(SMALLEST);
    for (int i = 0; i < 2000; i++) {
      parts.put("a" + i, new SafetensorsFiles.Piece("F32", "[1]", ByteBuffer.allocate(4)));
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
}
