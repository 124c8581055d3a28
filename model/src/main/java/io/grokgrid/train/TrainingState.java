package io.grokgrid.train;

import io.grokgrid.base.Check;
import io.grokgrid.base.Refused;
import io.grokgrid.net.AttentionMean;
import io.grokgrid.net.Layout;
import io.grokgrid.step.TrainingSpec;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run needs to go on from a step bit for bit: {@link Trainer} moves it forward,
 * {@link #write} and {@link #read} carry it across a restart. Random numbers are functions of
 * (seed, step) and need no place here.
 */
public final class TrainingState {
  private static final int CHUNK_BYTES = 1 << 16;

  private final float[] parameters;
  private final Optimizer optimizer;
  private final ArrayList<Metrics> metrics = new ArrayList<>();
  private final ArrayList<AttentionMean> attention = new ArrayList<>();
  private final ArrayList<Measurement> measurements = new ArrayList<>();
  private int step;
  private double gradientNorm;

  /** Of the last update, until its norm is asked for. */
  private float @Nullable [] gradient;

  private double seconds;

  /**
   * The state before the first update.
   *
   * @param tensors that make up the parameters
   * @param parameters the initial network, flat; taken over
   */
  public TrainingState(TrainingSpec spec, List<Layout.Tensor> tensors, float[] parameters) {
    this.parameters = parameters;
    optimizer = new Optimizer(spec, tensors);
  }

  /** The network, flat; live. */
  public float[] parameters() {
    return parameters;
  }

  /** Updates made so far. */
  public int step() {
    return step;
  }

  /** Training time so far, over all attempts. */
  public double seconds() {
    return seconds;
  }

  public List<Metrics> metrics() {
    return metrics;
  }

  public List<AttentionMean> attention() {
    return attention;
  }

  public List<Measurement> measurements() {
    return measurements;
  }

  /** Norm of the gradient of the last update, before clipping; none before the first. */
  @Nullable Double gradientNorm() {
    if (gradient != null) {
      gradientNorm = norm(gradient);
      gradient = null;
    }
    return step == 0 ? null : gradientNorm;
  }

  /** Counts training time. */
  void spend(double more) {
    seconds += more;
  }

  /**
   * One update.
   *
   * @param gradient at these parameters; must stay as it is until the next update
   */
  public void update(float[] gradient) {
    this.gradient = gradient;
    optimizer.update(parameters, gradient, step);
    step++;
  }

  /** The arrays that make it up, live. */
  private SortedMap<String, float[]> arrays() {
    SortedMap<String, float[]> arrays = new TreeMap<>(optimizer.moments());
    arrays.put("parameters", parameters);
    // So that an array which a later version needs for some runs does not concern the others.
    arrays.values().removeIf(array -> array.length == 0);
    return arrays;
  }

  /** The arrays' names and lengths: a state of others cannot be gone on from. */
  private static String described(SortedMap<String, float[]> arrays) {
    return arrays.entrySet().stream()
        .map(array -> array.getKey() + " (" + array.getValue().length + ")")
        .collect(Collectors.joining(", "));
  }

  /** Writes all of it in a form of its own, in which nothing is left out. */
  public void write(DataOutputStream out) throws IOException {
    gradientNorm();
    SortedMap<String, float[]> arrays = arrays();
    out.writeUTF(described(arrays));
    out.writeInt(step);
    out.writeDouble(seconds);
    out.writeDouble(gradientNorm);
    out.writeInt(metrics.size());
    for (Metrics each : metrics) {
      each.write(out);
    }
    out.writeInt(attention.size());
    for (AttentionMean each : attention) {
      each.write(out);
    }
    out.writeInt(measurements.size());
    for (Measurement each : measurements) {
      each.write(out);
    }
    for (float[] array : arrays.values()) {
      write(out, array);
    }
  }

  private static void write(DataOutputStream out, float[] array) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    int count;
    for (int from = 0; from < array.length; from += count) {
      count = Math.min(CHUNK_BYTES / Float.BYTES, array.length - from);
      chunk.asFloatBuffer().put(array, from, count);
      out.write(chunk.array(), 0, Float.BYTES * count);
    }
  }

  /**
   * Reads what {@link #write} wrote. Takes no more memory than such a state of this run needs: what
   * its arrays are follows from the run, and lists grow as they are read.
   *
   * @throws Refused if it cannot be a state of this run
   * @throws IOException if it ends too early, or is none at all
   */
  public static TrainingState read(DataInputStream in, TrainingSpec spec, Layout layout)
      throws IOException {
    TrainingState state = new TrainingState(spec, layout.tensors(), new float[layout.size()]);
    SortedMap<String, float[]> arrays = state.arrays();
    String asked = described(arrays);
    String found = in.readUTF();
    new Check().that(found.equals(asked), "arrays", "must be " + asked, found).done();
    state.step = in.readInt();
    state.seconds = in.readDouble();
    state.gradientNorm = in.readDouble();
    read(in, state.metrics, Metrics::read);
    read(in, state.attention, AttentionMean::read);
    read(in, state.measurements, Measurement::read);
    state.check(spec.steps());
    for (float[] array : arrays.values()) {
      read(in, array);
    }
    return state;
  }

  /** Reads one record. */
  @FunctionalInterface
  private interface Reader<R> {
    R read(DataInput in) throws IOException;
  }

  private static <R> void read(DataInput in, List<R> records, Reader<R> reader) throws IOException {
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      records.add(reader.read(in));
    }
  }

  private static void read(DataInputStream in, float[] array) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    int count;
    for (int from = 0; from < array.length; from += count) {
      count = Math.min(CHUNK_BYTES / Float.BYTES, array.length - from);
      in.readFully(chunk.array(), 0, Float.BYTES * count);
      chunk.asFloatBuffer().get(array, from, count);
    }
  }

  private void check(int steps) {
    String rule = "must be of ascending steps from 0 to " + step;
    new Check()
        .between("step", step, 0, steps)
        .atLeast("seconds", seconds, 0)
        .that(ascend(metrics, Metrics::step, 1), "metrics", rule, "of others")
        .that(ascend(attention, AttentionMean::step, 0), "attention", rule, "of others")
        .that(ascend(measurements, Measurement::step, 0), "measurements", rule, "of others")
        .done();
  }

  /** Whether these are records of steps from 0 to this one, each {@code apart} or more. */
  private <R> boolean ascend(List<R> records, ToIntFunction<R> step, int apart) {
    int last = -apart;
    for (R each : records) {
      if (step.applyAsInt(each) < last + apart) {
        return false;
      }
      last = step.applyAsInt(each);
    }
    return last <= this.step;
  }

  /** Root of the sum of squares. */
  public static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
