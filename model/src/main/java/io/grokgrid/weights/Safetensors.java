package io.grokgrid.weights;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.grokgrid.base.Check;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.net.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Parameters as a file in the safetensors format (Hugging Face, github.com/huggingface/safetensors,
 * section Format): the header's length in 8 bytes; the header, JSON that gives each tensor's dtype,
 * shape and range of bytes; the numbers. Numbers are row-major, everything is little endian. Names
 * and shapes are those of {@link Layout}.
 */
public final class Safetensors {
  private static final int LENGTH_BYTES = 8;
  private static final int MOST_PROBLEMS = 50;
  private static final List<Long> NONE = List.of();

  /** What is read whatever it is of, so that a network of another size is told by its shapes. */
  private static final long READ_ANYHOW = 1L << 26;

  /** No array is longer. */
  private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 16L;

  private final String file;
  private final ByteBuffer data;
  private final Map<String, String> metadata;
  private final Map<String, Stored> tensors = new TreeMap<>();

  /**
   * Takes a file for what its header says.
   *
   * @throws Refused if the format does not allow what it says, whatever network it is for
   */
  private Safetensors(byte[] content, String file) {
    this.file = file;
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    require(content.length >= LENGTH_BYTES, file, "must have 8 bytes or more", content.length);
    long length = bytes.getLong();
    require(
        length >= 0 && length <= Math.min(bytes.remaining(), SafetensorsHeader.MOST_BYTES),
        file,
        "must have a header of at most %d bytes within the %d that follow"
            .formatted(SafetensorsHeader.MOST_BYTES, bytes.remaining()),
        Long.toUnsignedString(length));
    int start = LENGTH_BYTES + (int) length;
    data = bytes.slice(start, content.length - start);
    List<Problem> problems = new ArrayList<>();
    SafetensorsHeader header;
    try {
      header = SafetensorsHeader.read(bytes.slice(LENGTH_BYTES, (int) length), file);
    } catch (Refused e) {
      throw refused(e.problems());
    }
    metadata = header.metadata();
    header.tensors().forEach((name, described) -> collect(problems, () -> find(name, described)));
    if (problems.isEmpty()) {
      collect(problems, this::requireEveryByteOnce);
    }
    if (!problems.isEmpty()) {
      throw refused(problems);
    }
  }

  private void find(String tensor, SafetensorsHeader.Described described) {
    List<Long> range = described.range();
    require(
        range.size() == 2 && range.get(0) <= range.get(1) && range.get(1) <= data.limit(),
        field(tensor),
        "must have two data_offsets in order within the " + data.limit() + " bytes of data",
        range);
    int begin = range.get(0).intValue();
    int length = range.get(1).intValue() - begin;
    ByteBuffer bytes = data.slice(begin, length).order(ByteOrder.LITTLE_ENDIAN);
    Stored stored = new Stored(described.dtype(), described.shape(), begin, bytes);
    require(stored.isWhole(), field(tensor), "must have data_offsets that fit " + stored, range);
    tensors.put(tensor, stored);
  }

  /** The format's rule that tensors cover the data without holes; nor do they share any of it. */
  private void requireEveryByteOnce() {
    Check check = new Check();
    int end = 0;
    for (Map.Entry<String, Stored> tensor : inOrderOfTheirBytes()) {
      Stored stored = tensor.getValue();
      check.that(
          stored.begin == end,
          field(tensor.getKey()),
          "must begin where the tensor before it ends, at byte " + end + " of the data",
          stored.begin);
      end = Math.max(end, stored.begin + stored.bytes.limit());
    }
    check
        .that(
            end == data.limit(),
            file,
            "must end with the last tensor, at byte " + end + " of the data",
            data.limit())
        .done();
  }

  private List<Map.Entry<String, Stored>> inOrderOfTheirBytes() {
    Comparator<Stored> order =
        Comparator.comparingInt(Stored::begin).thenComparingInt(stored -> stored.bytes.limit());
    return tensors.entrySet().stream().sorted(Map.Entry.comparingByValue(order)).toList();
  }

  /** The first problems and the number of the others. */
  private Refused refused(List<Problem> problems) {
    List<Problem> shown = new ArrayList<>(problems);
    if (problems.size() > MOST_PROBLEMS) {
      shown.subList(MOST_PROBLEMS, problems.size()).clear();
      int more = problems.size() - MOST_PROBLEMS;
      shown.add(new Problem(file, "must have no problems", more + " more than these"));
    }
    return new Refused(shown);
  }

  /**
   * A whole file, float32, the tensors contiguous and in the layout's order.
   *
   * @param parameters (layout.size())
   * @param metadata kept beside the tensors
   * @throws Refused if there are not as many parameters as the network has
   * @throws ArithmeticException if the file would be larger than an array can be, 2 GiB
   */
  public static byte[] write(Layout layout, float[] parameters, Map<String, String> metadata) {
    String rule = "must be as many as the network has, " + layout.size();
    require(parameters.length == layout.size(), "parameters", rule, parameters.length);
    byte[] json = json(layout, metadata).getBytes(StandardCharsets.UTF_8);
    byte[] header = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(header, json.length, header.length, (byte) ' ');
    long size = LENGTH_BYTES + header.length + (long) Float.BYTES * parameters.length;
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).asFloatBuffer().put(parameters);
    return bytes.array();
  }

  private static String json(Layout layout, Map<String, String> metadata) {
    Map<String, Object> header = new TreeMap<>(Map.of(SafetensorsHeader.METADATA, metadata));
    for (Layout.Tensor tensor : layout.tensors()) {
      long begin = (long) Float.BYTES * tensor.offset();
      List<Long> range = List.of(begin, begin + (long) Float.BYTES * tensor.size());
      header.put(
          tensor.name(), Map.of("dtype", "F32", "shape", shape(tensor), "data_offsets", range));
    }
    return ConfigValueFactory.fromMap(header).render(ConfigRenderOptions.concise());
  }

  /**
   * The parameters in a file; float64 is rounded to float32. Zeros for a bias that the network does
   * not have are dropped, and so are, where the classes are the residues among V tokens and the
   * file's unembedding covers all V, the surplus columns.
   *
   * @param file the name that errors give it, such as its path
   * @return (layout.size()), in the layout's order
   * @throws Refused if the format does not allow the file, or if a tensor is missing, unknown,
   *     misshapen, neither float32 nor float64, or not finite; names them and the shapes expected
   */
  public static float[] read(byte[] content, String file, Layout layout) {
    Safetensors tensors = new Safetensors(content, file);
    float[] parameters = new float[layout.size()];
    List<Problem> problems = new ArrayList<>();
    Set<String> others = new TreeSet<>(tensors.tensors.keySet());
    for (Layout.Tensor tensor : layout.tensors()) {
      others.remove(tensor.name());
      collect(problems, () -> tensors.read(tensor, layout.tokenClasses(), parameters));
    }
    Map<String, List<Long>> biases = biases(layout);
    others.forEach(
        other -> collect(problems, () -> tensors.drop(other, biases.getOrDefault(other, NONE))));
    if (!problems.isEmpty()) {
      throw tensors.refused(problems);
    }
    return parameters;
  }

  /**
   * What a reader may take into memory as a file of such a network, whoever has written it: twice
   * its parameters in float64, which leaves room for what {@link #read} drops, and the longest
   * header; in any case 64 MiB.
   */
  public static long mostBytes(Layout layout) {
    long numbers = 2L * Double.BYTES * layout.size();
    long most = LENGTH_BYTES + SafetensorsHeader.MOST_BYTES + numbers;
    return Math.min(Math.max(most, READ_ANYHOW), LONGEST_ARRAY);
  }

  private static void collect(List<Problem> problems, Runnable reading) {
    try {
      reading.run();
    } catch (Refused e) {
      problems.addAll(e.problems());
    }
  }

  /**
   * The texts that a file holds beside the tensors, by name.
   *
   * @param file the name that errors give it, such as its path
   * @throws Refused if the format does not allow the file
   */
  public static Map<String, String> metadata(byte[] content, String file) {
    return new Safetensors(content, file).metadata;
  }

  private void read(Layout.Tensor tensor, int tokenClasses, float[] parameters) {
    List<Long> shape = shape(tensor);
    String rule = "must be float32 of shape " + text(shape);
    Stored stored = tensors.get(tensor.name());
    if (stored == null) {
      throw new Refused(List.of(new Problem(field(tensor.name()), rule, "missing")));
    }
    List<Long> allTokens = new ArrayList<>(shape);
    if (tensor.name().startsWith("unembed.")) {
      allTokens.set(shape.size() - 1, (long) tokenClasses);
    }
    boolean fits = stored.shape.equals(shape) || stored.shape.equals(allTokens);
    require(fits && stored.isFloat(), field(tensor.name()), rule, stored);
    copy(stored, tensor, parameters);
  }

  /** Takes from each row of the file as many numbers as a row of the network has. */
  private void copy(Stored stored, Layout.Tensor tensor, float[] parameters) {
    int row = (int) tensor.shape().get(tensor.shape().dimension() - 1);
    int storedRow = stored.shape.get(stored.shape.size() - 1).intValue();
    float odd = 0;
    for (int i = 0; i < tensor.size(); i++) {
      float number = stored.number(i / row * storedRow + i % row);
      odd = Float.isFinite(number) ? odd : number;
      parameters[tensor.offset() + i] = number;
    }
    require(Float.isFinite(odd), field(tensor.name()), "must be finite in float32", odd);
  }

  /**
   * Shapes of the biases that other programs save as zeros for networks that have none, by name; of
   * those that the network has, too.
   */
  private static Map<String, List<Long>> biases(Layout layout) {
    Map<String, List<Long>> biases = new TreeMap<>();
    for (Layout.Tensor tensor : layout.tensors()) {
      String bias = tensor.name().replaceFirst("W(_[QKV]|_in|_out|_U)?$", "b$1");
      List<Long> shape = shape(tensor);
      long last = shape.get(shape.size() - 1);
      if (tensor.name().matches(".*attn\\.W_[QKV]")) {
        biases.put(bias, List.of(shape.get(0), last)); // (H, K) of (H, D, K)
        biases.put(bias.replaceFirst("[QKV]$", "O"), List.of(shape.get(1)));
      } else if (tensor.name().matches(".*mlp\\..*W.*|unembed\\.W_U")) {
        biases.put(bias, List.of(last));
      }
    }
    return biases;
  }

  /**
   * Makes sure that nothing is lost with a tensor that the network does not have.
   *
   * @param shape of the bias of that name, {@link #NONE} if there can be none
   */
  private void drop(String tensor, List<Long> shape) {
    Stored stored = Objects.requireNonNull(tensors.get(tensor), tensor);
    String absent = "must be absent: the network has no such tensor";
    require(!shape.equals(NONE), field(tensor), absent, stored);
    String rule = "must be zeros of shape %s: the network has no such bias".formatted(text(shape));
    require(stored.isFloat() && stored.shape.equals(shape), field(tensor), rule, stored);
    double odd = stored.firstNonZero();
    require(odd == 0, field(tensor), rule, odd);
  }

  private String field(String tensor) {
    return file + ": " + SafetensorsHeader.shown(tensor);
  }

  private static void require(boolean holds, String field, String rule, Object value) {
    new Check().that(holds, field, rule, value).done();
  }

  private static List<Long> shape(Layout.Tensor tensor) {
    return Arrays.stream(tensor.shape().getShape()).boxed().toList();
  }

  private static String text(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  /** A tensor of the file; numbers only where its dtype is float32 or float64. */
  private record Stored(String dtype, List<Long> shape, int begin, ByteBuffer bytes) {
    boolean isFloat() {
      return dtype.equals("F32") || dtype.equals("F64");
    }

    int width() {
      return dtype.equals("F64") ? Double.BYTES : Float.BYTES;
    }

    /** Whether the bytes are as many as the shape needs, a product that may be beyond all longs. */
    boolean isWhole() {
      double needed =
          shape.stream().mapToDouble(Long::doubleValue).reduce(width(), (a, b) -> a * b);
      return !isFloat() || needed == bytes.limit();
    }

    float number(int i) {
      return dtype.equals("F64")
          ? (float) bytes.getDouble(Double.BYTES * i)
          : bytes.getFloat(Float.BYTES * i);
    }

    double firstNonZero() {
      IntStream all = IntStream.range(0, bytes.limit() / width());
      return all.mapToDouble(this::number).filter(number -> number != 0).findFirst().orElse(0);
    }

    @Override
    public String toString() {
      return isFloat() ? text(shape) : SafetensorsHeader.shown(dtype) + " of shape " + text(shape);
    }
  }
}
