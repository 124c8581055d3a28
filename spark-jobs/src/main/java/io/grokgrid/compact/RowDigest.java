package io.grokgrid.compact;

import java.util.Arrays;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * A digest of rows of a Parquet file in their order, of every bit of every value in its place.
 * Equal rows have equal digests whatever the pages look like that they are in.
 */
final class RowDigest extends RecordConsumer {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private long digest;
  private long rows;

  /** What of it has to be the same, in one text. */
  String text() {
    return rows + " rows " + Long.toHexString(digest);
  }

  private void add(long kind, long value) {
    digest = Long.rotateLeft((digest ^ value ^ kind << 56) * MULTIPLIER, 31) + kind;
  }

  @Override
  public void startMessage() {
    rows++;
    add(1, 0);
  }

  @Override
  public void endMessage() {
    add(2, 0);
  }

  @Override
  public void startField(String field, int index) {
    add(3, index);
  }

  @Override
  public void endField(String field, int index) {
    add(4, index);
  }

  @Override
  public void startGroup() {
    add(5, 0);
  }

  @Override
  public void endGroup() {
    add(6, 0);
  }

  @Override
  public void addInteger(int value) {
    add(7, value);
  }

  @Override
  public void addLong(long value) {
    add(8, value);
  }

  @Override
  public void addBoolean(boolean value) {
    add(9, value ? 1 : 0);
  }

  @Override
  public void addBinary(Binary value) {
    add(10, Arrays.hashCode(value.getBytes()));
    add(11, value.length());
  }

  @Override
  public void addFloat(float value) {
    add(12, Float.floatToRawIntBits(value));
  }

  @Override
  public void addDouble(double value) {
    add(13, Double.doubleToRawLongBits(value));
  }
}
