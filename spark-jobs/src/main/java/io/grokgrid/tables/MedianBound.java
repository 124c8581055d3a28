package io.grokgrid.tables;

import io.grokgrid.math.Confidence;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;
import org.jspecify.annotations.Nullable;

/**
 * The SQL aggregates {@code median_low(x)} and {@code median_high(x)}: the ends of an interval that
 * holds the median with a confidence of at least 95 %, whatever the distribution: two of the sorted
 * values, see {@link Confidence#medianRank}. Null of fewer than 6 values; nulls are left out, and
 * so is what a {@code FILTER} excludes.
 */
public final class MedianBound
    extends Aggregator<@Nullable Double, MedianBound.Sample, @Nullable Double> {
  private static final long serialVersionUID = 1L;

  private final boolean isUpper;

  MedianBound(boolean isUpper) {
    this.isUpper = isUpper;
  }

  /** The values of one group so far. */
  public static final class Sample implements Serializable {
    private static final long serialVersionUID = 1L;

    private double[] values = {};
    private int size;

    private void add(double[] more, int count) {
      if (size + count > values.length) {
        values = Arrays.copyOf(values, Math.max(size + count, 2 * values.length));
      }
      System.arraycopy(more, 0, values, size, count);
      size += count;
    }
  }

  @Override
  public Sample zero() {
    return new Sample();
  }

  @Override
  public Sample reduce(Sample sample, @Nullable Double value) {
    if (value != null) {
      sample.add(new double[] {value}, 1);
    }
    return sample;
  }

  @Override
  public Sample merge(Sample sample, Sample other) {
    sample.add(other.values, other.size);
    return sample;
  }

  @Override
  public @Nullable Double finish(Sample sample) {
    int rank = Confidence.medianRank(sample.size);
    if (rank == 0) {
      return null;
    }
    double[] sorted = Arrays.copyOf(sample.values, sample.size);
    Arrays.sort(sorted);
    return sorted[isUpper ? sorted.length - rank : rank - 1];
  }

  @Override
  public Encoder<Sample> bufferEncoder() {
    return Encoders.javaSerialization(Sample.class);
  }

  @Override
  public Encoder<@Nullable Double> outputEncoder() {
    return Encoders.DOUBLE();
  }
}
