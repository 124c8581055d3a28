package io.grokgrid.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.grokgrid.base.Check;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the header of a safetensors file says, read token by token: whatever it holds takes no more
 * time and stack than its length. Strict where the format is: names stand once, metadata are texts,
 * and nothing stands beside the three fields of a tensor.
 */
final class SafetensorsHeader {
  /** How the format names what is no tensor. */
  static final String METADATA = "__metadata__";

  /**
   * The largest network, 64 layers with every bias, needs less than a tenth of it; the rest is for
   * metadata. The format's own limit is 10^8.
   */
  static final int MOST_BYTES = 1 << 22;

  /** Above the 16 tensors a layer of the largest network. */
  private static final int MOST_TENSORS = 4096;

  private static final int MOST_DIMENSIONS = 8;
  private static final int MOST_SHOWN = 100;

  /** One tensor as it is described; nothing says yet that the description is true. */
  record Described(String dtype, List<Long> shape, List<Long> range) {}

  private final String file;
  private final Check check = new Check();
  private final Map<String, Described> tensors = new TreeMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private SafetensorsHeader(String file) {
    this.file = file;
  }

  /**
   * Reads a header.
   *
   * @param file the name that errors give it
   * @throws Refused if it is no JSON of the form that the format asks for
   */
  static SafetensorsHeader read(ByteBuffer bytes, String file) {
    SafetensorsHeader header = new SafetensorsHeader(file);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      header.read(text);
    } catch (CharacterCodingException e) {
      throw unreadable(file, "not UTF-8");
    } catch (IOException | IllegalStateException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("cut off");
      throw unreadable(file, shown(reason));
    }
    header.check.done();
    return header;
  }

  private static Refused unreadable(String file, String reason) {
    String rule = "must have a header that is a JSON object in UTF-8";
    return new Refused(List.of(new Problem(file, rule, "unreadable: " + reason)));
  }

  Map<String, Described> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private void read(String text) throws IOException {
    if (!text.startsWith("{")) { // the reader would skip blanks and a byte order mark
      throw new IOException("does not begin with {");
    }
    JsonReader json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
    json.beginObject();
    Set<String> names = new HashSet<>();
    while (json.hasNext()) {
      String name = unique(json, names);
      if (names.size() > MOST_TENSORS) {
        String rule = "must have at most " + MOST_TENSORS + " tensors";
        throw new Refused(List.of(new Problem(file, rule, "more")));
      }
      if (name.equals(METADATA)) {
        readMetadata(json);
      } else {
        readTensor(json, file + ": " + shown(name), name);
      }
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new IOException("goes on behind its end");
    }
  }

  /** The next name, which must not have stood in this object before. */
  private static String unique(JsonReader json, Set<String> names) throws IOException {
    String name = whole(json.nextName());
    if (!names.add(name)) {
      throw new IOException("names " + shown(name) + " twice");
    }
    return name;
  }

  /** The same text, in which an escape must not have made half a character. */
  private static String whole(String text) throws IOException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IOException("has half a character in a string");
    }
    return text;
  }

  private void readMetadata(JsonReader json) throws IOException {
    String rule = "must be an object of strings";
    String field = file + ": " + METADATA;
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      check.that(false, field, rule, scalar(json));
      return;
    }
    json.beginObject();
    Set<String> names = new HashSet<>();
    while (json.hasNext()) {
      String name = unique(json, names);
      if (json.peek() == JsonToken.STRING) {
        metadata.put(name, whole(json.nextString()));
      } else {
        check.that(false, field, rule, scalar(json) + " as " + shown(name));
      }
    }
    json.endObject();
  }

  private void readTensor(JsonReader json, String field, String name) throws IOException {
    String fields = "must be an object of dtype, shape and data_offsets";
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      check.that(false, field, fields, scalar(json));
      return;
    }
    json.beginObject();
    String dtype = "missing";
    Set<String> keys = new HashSet<>();
    List<Long> shape = List.of();
    List<Long> range = List.of();
    while (json.hasNext()) {
      String key = unique(json, keys);
      switch (key) {
        case "dtype" -> dtype = text(json);
        case "shape" -> shape = naturals(json, field, key);
        case "data_offsets" -> range = naturals(json, field, key);
        default -> {
          check.that(false, field, fields + " alone", shown(key));
          json.skipValue();
        }
      }
    }
    json.endObject();
    for (String key : List.of("shape", "data_offsets")) {
      check.that(keys.contains(key), field, naturalRule(key), "missing");
    }
    tensors.put(name, new Described(dtype, shape, range));
  }

  private List<Long> naturals(JsonReader json, String field, String key) throws IOException {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      check.that(false, field, naturalRule(key), scalar(json));
      return List.of();
    }
    List<String> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      if (numbers.size() <= MOST_DIMENSIONS) {
        numbers.add(scalar(json));
      } else {
        json.skipValue();
      }
    }
    json.endArray();
    boolean few = numbers.size() <= MOST_DIMENSIONS;
    check.that(few, field, "must have at most " + MOST_DIMENSIONS + " numbers as " + key, "more");
    boolean natural = numbers.stream().allMatch(number -> number.matches("\\d{1,18}"));
    check.that(natural, field, naturalRule(key), numbers);
    return few && natural ? numbers.stream().map(Long::valueOf).toList() : List.of();
  }

  private static String naturalRule(String key) {
    return "must have whole numbers as " + key;
  }

  /** The next value, whatever it is, as short text. */
  private static String scalar(JsonReader json) throws IOException {
    JsonToken token = json.peek();
    if (token == JsonToken.NUMBER) {
      return shown(json.nextString());
    }
    if (token == JsonToken.STRING) {
      return "\"" + shown(json.nextString()) + "\"";
    }
    json.skipValue();
    return token.name().toLowerCase(Locale.ROOT).replace("begin_", "an ");
  }

  /** A text as it is; anything else as it is shown. */
  private static String text(JsonReader json) throws IOException {
    return json.peek() == JsonToken.STRING ? whole(json.nextString()) : scalar(json);
  }

  /** Short, and with nothing that a terminal would take for a command. */
  static String shown(String text) {
    String cut = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + ".." : text;
    StringBuilder visible = new StringBuilder();
    cut.chars()
        .forEach(
            c ->
                visible.append(
                    Character.isISOControl(c) ? "\\u%04x".formatted(c) : String.valueOf((char) c)));
    return visible.toString();
  }
}
