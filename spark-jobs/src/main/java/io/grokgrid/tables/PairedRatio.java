package io.grokgrid.tables;

import io.grokgrid.math.PairedTimes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Locale;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import scala.Tuple4;

/**
 * The SQL aggregate {@code paired_ratio(first, first_reached, second, second_reached)} over pairs
 * of times, each that of an event or, where it was not reached, when it was last looked for: the
 * struct of {@link PairedTimes.Effect}, with null where something has no bound. Rows with a null
 * are left out.
 */
public final class PairedRatio
    extends Aggregator<Tuple4<Integer, Boolean, Integer, Boolean>, PairedRatio.Sample, Row> {
  private static final long serialVersionUID = 1L;

  private static final Columns<PairedTimes.Effect> RESULT =
      new Columns<PairedTimes.Effect>()
          .integer("pairs", "all of them", PairedTimes.Effect::pairs)
          .integer("usable", "of which the order is known", PairedTimes.Effect::usable)
          .integer("first_sooner", "pairs", PairedTimes.Effect::firstSooner)
          .integer("second_sooner", "pairs", PairedTimes.Effect::secondSooner)
          .integer("ties", "pairs", PairedTimes.Effect::ties)
          .real("ratio", "second over first", effect -> bounded(effect.ratio()))
          .real("ratio_low", "of 95 %", effect -> bounded(effect.low()))
          .real("ratio_high", "of 95 %", effect -> bounded(effect.high()))
          .real("p", "two-sided", PairedTimes.Effect::p)
          .text(
              "rule",
              "how they were found",
              effect -> effect.rule().name().toLowerCase(Locale.ROOT))
          .text(
              "ratio_is",
              "estimate, at_least or at_most: of pairs that were not all seen to their end",
              effect -> effect.standing().name().toLowerCase(Locale.ROOT));

  /** The pairs of one group so far. */
  public static final class Sample implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ArrayList<PairedTimes.Pair> pairs = new ArrayList<>();
  }

  static UserDefinedFunction function() {
    return functions.udaf(
        new PairedRatio(),
        Encoders.tuple(Encoders.INT(), Encoders.BOOLEAN(), Encoders.INT(), Encoders.BOOLEAN()));
  }

  private static @Nullable Double bounded(double value) {
    return value > 0 && value < Double.POSITIVE_INFINITY ? (Double) value : null;
  }

  @Override
  public Sample zero() {
    return new Sample();
  }

  @Override
  public Sample reduce(Sample sample, Tuple4<Integer, Boolean, Integer, Boolean> row) {
    if (row._1() != null && row._2() != null && row._3() != null && row._4() != null) {
      sample.pairs.add(new PairedTimes.Pair(row._1(), row._2(), row._3(), row._4()));
    }
    return sample;
  }

  @Override
  public Sample merge(Sample sample, Sample other) {
    sample.pairs.addAll(other.pairs);
    return sample;
  }

  @Override
  public Row finish(Sample sample) {
    return RESULT.row(new PairedTimes(sample.pairs).effect());
  }

  @Override
  public Encoder<Sample> bufferEncoder() {
    return Encoders.javaSerialization(Sample.class);
  }

  @Override
  public Encoder<Row> outputEncoder() {
    return Encoders.row(RESULT.schema());
  }
}
