package io.grokgrid.tables;

import io.grokgrid.base.Check;
import io.grokgrid.math.KaplanMeier;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import scala.Tuple3;

/**
 * The SQL aggregate {@code km_quantile(time, reached, quantile)}: the smallest time at which the
 * Kaplan-Meier curve is at most {@code 1 - quantile}, null if it never is; and {@code km_low},
 * {@code km_high} of the same arguments: an interval of 95 % of it, see {@link
 * KaplanMeier#quantileLow}.
 *
 * <p>{@code time} is when a run reached the event, or was last seen without it where {@code
 * reached} is false. Rows with a null among the first two are left out, and so are those that a
 * {@code FILTER} excludes. The median grok step, as the named queries have it, is
 *
 * <pre>{@code
 * km_quantile(coalesce(grok_step, if(outcome = 'diverged', steps, last_step)),
 *             grok_step IS NOT NULL, 0.5) FILTER (WHERE outcome <> 'failed')
 * }</pre>
 */
public final class KaplanMeierQuantile
    extends Aggregator<
        Tuple3<Integer, Boolean, Double>, KaplanMeierQuantile.Sample, @Nullable Integer> {
  private static final long serialVersionUID = 1L;

  private final Of value;

  /** What of a quantile. */
  enum Of {
    ITSELF {
      @Override
      @Nullable Integer in(KaplanMeier curve, double quantile) {
        return curve.quantile(quantile);
      }
    },
    LOWER_END {
      @Override
      @Nullable Integer in(KaplanMeier curve, double quantile) {
        return curve.quantileLow(quantile);
      }
    },
    UPPER_END {
      @Override
      @Nullable Integer in(KaplanMeier curve, double quantile) {
        return curve.quantileHigh(quantile);
      }
    };

    abstract @Nullable Integer in(KaplanMeier curve, double quantile);
  }

  private KaplanMeierQuantile(Of value) {
    this.value = value;
  }

  /** The observations of one group so far. */
  public static final class Sample implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ArrayList<KaplanMeier.Observation> observations = new ArrayList<>();
    private double quantile = Double.NaN;

    private void addAll(List<KaplanMeier.Observation> others, double ofQuantile) {
      observations.addAll(others);
      quantile = ofQuantile;
    }
  }

  /** What a session registers, see {@link SqlFunction#KM_QUANTILE}. */
  static UserDefinedFunction function(Of value) {
    return functions.udaf(
        new KaplanMeierQuantile(value),
        Encoders.tuple(Encoders.INT(), Encoders.BOOLEAN(), Encoders.DOUBLE()));
  }

  @Override
  public Sample zero() {
    return new Sample();
  }

  @Override
  public Sample reduce(Sample sample, Tuple3<Integer, Boolean, Double> row) {
    new Check().that(row._3() != null, "quantile", "must be above 0 and at most 1", "null").done();
    if (row._1() != null && row._2() != null) {
      sample.addAll(List.of(new KaplanMeier.Observation(row._1(), row._2())), row._3());
    }
    return sample;
  }

  @Override
  public Sample merge(Sample sample, Sample other) {
    if (!other.observations.isEmpty()) {
      sample.addAll(other.observations, other.quantile);
    }
    return sample;
  }

  @Override
  public @Nullable Integer finish(Sample sample) {
    return sample.observations.isEmpty()
        ? null
        : value.in(new KaplanMeier(sample.observations), sample.quantile);
  }

  @Override
  public Encoder<Sample> bufferEncoder() {
    return Encoders.javaSerialization(Sample.class);
  }

  @Override
  public Encoder<@Nullable Integer> outputEncoder() {
    return Encoders.INT();
  }
}
