package io.grokgrid.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Refused;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/** Files of weights for tests, whose tensors hold 1, 2, .. in the order of their network. */
final class SafetensorsFiles {
  static final Layout LAYOUT = Models.mainline(8, 2, 16).layoutOfPairs(5);

  /** The smallest network: V = C = 2, D = K = 2, F = 1; no biases, no W_O. */
  static final Layout SMALLEST =
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
  static final String SMALLEST_HEADER =
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

  private SafetensorsFiles() {}

  static float[] read(byte[] file, Layout layout) {
    return Safetensors.read(file, "f", layout);
  }

  static void refuses(byte[] file, String message) {
    assertThatThrownBy(() -> read(file, SMALLEST))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f: " + message);
  }

  static void refusesFile(byte[] file, String message) {
    assertThatThrownBy(() -> read(file, SMALLEST))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f" + message);
    assertThatThrownBy(() -> Safetensors.metadata(file, "f"))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("f" + message);
  }

  /** 1, 2, .. */
  static float[] counting(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i + 1;
    }
    return values;
  }

  static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }

  /** A file of 1, 2, .. with another header. */
  static byte[] edited(Layout layout, UnaryOperator<String> edit) {
    byte[] file = Safetensors.write(layout, counting(layout.size()), Map.of("run", "7"));
    int start = file.length - 4 * layout.size();
    byte[] data = Arrays.copyOfRange(file, start, file.length);
    return file(edit.apply(new String(file, 8, start - 8, UTF_8)), data);
  }

  /** A file of 1, 2, .. and behind them one more tensor. */
  static byte[] with(Layout layout, String name, String dtype, String shape, double... values) {
    Map<String, Piece> parts = parts(layout);
    parts.put(name, new Piece(dtype, shape, doubles(values)));
    return tiled(parts);
  }

  /** A file of 1, 2, .. but for one tensor. */
  static byte[] replaced(Layout layout, String name, String dtype, String shape, double... values) {
    Map<String, Piece> parts = parts(layout);
    assertThat(parts.replace(name, new Piece(dtype, shape, doubles(values)))).isNotNull();
    return tiled(parts);
  }

  record Piece(String dtype, String shape, ByteBuffer data) {}

  /** The tensors of a file of 1, 2, .. in their order. */
  static Map<String, Piece> parts(Layout layout) {
    byte[] file = Safetensors.write(layout, counting(layout.size()), Map.of());
    int start = file.length - 4 * layout.size();
    Map<String, Piece> parts = new LinkedHashMap<>();
    for (Layout.Tensor tensor : layout.tensors()) {
      int begin = start + 4 * tensor.offset();
      ByteBuffer data = ByteBuffer.wrap(Arrays.copyOfRange(file, begin, begin + 4 * tensor.size()));
      String shape = Arrays.toString(tensor.shape().getShape());
      parts.put(tensor.name(), new Piece("F32", shape, data));
    }
    return parts;
  }

  static ByteBuffer doubles(double... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asDoubleBuffer().put(values);
    return data;
  }

  /** A file of these tensors one behind the other. */
  static byte[] tiled(Map<String, Piece> parts) {
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
