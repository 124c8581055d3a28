package io.grokgrid.weights;

import static io.grokgrid.weights.SafetensorsFiles.LAYOUT;
import static io.grokgrid.weights.SafetensorsFiles.SMALLEST;
import static io.grokgrid.weights.SafetensorsFiles.counting;
import static io.grokgrid.weights.SafetensorsFiles.file;
import static io.grokgrid.weights.SafetensorsFiles.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.grokgrid.base.Refused;
import io.grokgrid.net.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as accidents and ill will leave them. */
class DamagedSafetensorsTest {
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
      if (!name.equals("__metadata__")) {
        Config tensor = ((ConfigObject) header.get(name)).toConfig();
        take(tensor.getIntList("data_offsets"), taken);
        readOtherwise(bytes, start, tensor, layout.find(name), parameters);
      }
    }
    assertThat(taken).doesNotContain(false);
    return parameters;
  }

  private static void take(List<Integer> range, boolean[] taken) {
    for (int i = range.get(0); i < range.get(1); i++) {
      assertThat(taken[i]).isFalse();
      taken[i] = true;
    }
  }

  private static void readOtherwise(
      ByteBuffer bytes, int start, Config tensor, Layout.@Nullable Tensor own, float[] parameters) {
    int at = start + tensor.getIntList("data_offsets").get(0);
    boolean wide = tensor.getString("dtype").equals("F64");
    for (int i = 0; own != null && i < own.size(); i++) {
      parameters[own.offset() + i] =
          wide ? (float) bytes.getDouble(at + 8 * i) : bytes.getFloat(at + 4 * i);
    }
  }
}
