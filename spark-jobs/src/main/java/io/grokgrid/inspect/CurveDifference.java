package io.grokgrid.inspect;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * How two recordings of one run differ. What only one of them recorded of a step they share is no
 * difference.
 *
 * @param partsAt the first recorded step at which a number has other bits, or that only one made
 * @param largest of the differences at steps that both made, over the larger of the two numbers in
 *     absolute value; infinite where one is not finite
 * @param of which number has it; null where they differ in the steps alone
 */
record CurveDifference(String runId, @Nullable Integer partsAt, double largest, @Nullable String of)
    implements Serializable {
  /**
   * Compares what was recorded, by ascending steps.
   *
   * @param a rows whose first column is the step, all others real numbers or null
   * @param b likewise
   */
  static CurveDifference of(String runId, List<Row> a, List<Row> b) {
    CurveDifference all = new CurveDifference(runId, null, 0, null);
    Iterator<Row> others = b.iterator();
    Row other = next(others);
    for (Row row : a) {
      while (other != null && other.getInt(0) < row.getInt(0)) {
        all = all.partedAt(other.getInt(0));
        other = next(others);
      }
      if (other == null || other.getInt(0) > row.getInt(0)) {
        all = all.partedAt(row.getInt(0));
      } else {
        all = all.with(row, other);
        other = next(others);
      }
    }
    return other == null ? all : all.partedAt(other.getInt(0));
  }

  private static @Nullable Row next(Iterator<Row> rows) {
    return rows.hasNext() ? rows.next() : null;
  }

  private CurveDifference partedAt(int step) {
    return partsAt == null ? new CurveDifference(runId, step, largest, of) : this;
  }

  private CurveDifference with(Row row, Row other) {
    CurveDifference all = this;
    for (int i = 1; i < row.size(); i++) {
      if (!row.isNullAt(i) && !other.isNullAt(i)) {
        double difference = relative(row.getDouble(i), other.getDouble(i));
        if (difference > 0) {
          all = all.partedAt(row.getInt(0)).orLarger(difference, row.schema().fieldNames()[i]);
        }
      }
    }
    return all;
  }

  private CurveDifference orLarger(double difference, String name) {
    return difference > largest || of == null
        ? new CurveDifference(runId, partsAt, difference, name)
        : this;
  }

  /** 0 for the same bits, and only for these. */
  private static double relative(double a, double b) {
    if (Double.doubleToLongBits(a) == Double.doubleToLongBits(b)) {
      return 0;
    }
    boolean finite = Double.isFinite(a) && Double.isFinite(b);
    double larger = Math.max(Math.abs(a), Math.abs(b));
    return finite
        ? Math.max(Double.MIN_VALUE, Math.abs(a - b) / Math.max(Double.MIN_NORMAL, larger))
        : Double.POSITIVE_INFINITY;
  }
}
