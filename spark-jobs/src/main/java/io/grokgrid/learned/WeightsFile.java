package io.grokgrid.learned;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.base.Shown;
import io.grokgrid.keys.RunId;
import io.grokgrid.run.RunSpec;
import io.grokgrid.weights.Safetensors;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Weights from anywhere, as {@code --weights} names them. */
final class WeightsFile {
  /** Keys by which what is measured of the same weights differs. */
  private static final Pattern OF_THE_MEASURED =
      Pattern.compile("(task|model)\\..*|training\\.seed");

  private final Path file;
  private final RunSpec run;
  private final byte[] content;

  /**
   * Reads a file to its end.
   *
   * @param run whose network it is said to be of
   * @throws Refused if it cannot be read, or is longer than any file of such a network
   */
  WeightsFile(Path file, RunSpec run) {
    this.file = file;
    this.run = run;
    content = bytes();
  }

  /**
   * The parameters, in the layout's order.
   *
   * @throws Refused if they are not of such a network
   */
  float[] parameters() {
    return run.weights(content, file.toString());
  }

  /**
   * Where the run that the file says it is of is another than {@code run}, of what is measured:
   * {@code training.seed 1, not 0}, one entry a key. Nothing of a file that does not say.
   */
  List<String> otherwise() {
    String says = Safetensors.metadata(content, file.toString()).get("run");
    if (says == null) {
      return List.of();
    }
    Map<String, String> theirs = scalars(says);
    Map<String, String> ours = scalars(RunId.canonical(run));
    return Stream.concat(theirs.keySet().stream(), ours.keySet().stream())
        .distinct()
        .sorted()
        .filter(key -> !theirs.isEmpty() && OF_THE_MEASURED.matcher(key).matches())
        .filter(key -> !Objects.equals(theirs.get(key), ours.get(key)))
        .map(key -> Shown.cut(key) + " " + shown(theirs.get(key)) + ", not " + shown(ours.get(key)))
        .toList();
  }

  private static String shown(@Nullable String value) {
    return value == null ? "by default" : Shown.cut(value);
  }

  /** The entries of a flat JSON object; none of what is some other program's word. */
  private static Map<String, String> scalars(String json) {
    Map<String, String> found = new TreeMap<>();
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        boolean isTruth = reader.peek() == JsonToken.BOOLEAN;
        found.put(name, isTruth ? String.valueOf(reader.nextBoolean()) : reader.nextString());
      }
      return found;
    } catch (IOException | IllegalStateException e) {
      return Map.of();
    }
  }

  private byte[] bytes() {
    try {
      require(Files.exists(file), "no such file");
      require(!Files.isDirectory(file), "a folder");
      long size = Files.size(file);
      require(size <= run.mostBytesOfWeights(), size + " bytes");
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw refused("unreadable: " + e.getMessage());
    }
  }

  private void require(boolean holds, String was) {
    if (!holds) {
      throw refused(was);
    }
  }

  private Refused refused(String was) {
    String rule =
        "must be a safetensors file of at most %d bytes, as a network of this size has"
            .formatted(run.mostBytesOfWeights());
    return new Refused(List.of(new Problem("--weights " + file, rule, was)));
  }
}
