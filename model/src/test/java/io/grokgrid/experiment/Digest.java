package io.grokgrid.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SHA-256 over texts, raw bits of numbers, and the parts of records and lists. */
final class Digest {
  private final MessageDigest digest;

  Digest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void add(@Nullable Object value) {
    if (value instanceof Double number) {
      addLong(Double.doubleToRawLongBits(number));
    } else if (value instanceof List<?> list) {
      list.forEach(this::add);
    } else if (value instanceof Record parts) {
      addParts(parts);
    } else if (value instanceof float[] numbers) {
      for (float number : numbers) {
        addLong(Float.floatToRawIntBits(number));
      }
    } else {
      addBytes(value instanceof byte[] bytes ? bytes : ("" + value).getBytes(UTF_8));
    }
  }

  private void addLong(long bits) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bits).array());
  }

  private void addBytes(byte[] bytes) {
    addLong(bytes.length);
    digest.update(bytes);
  }

  private void addParts(Record parts) {
    try {
      for (RecordComponent part : parts.getClass().getRecordComponents()) {
        add(part.getAccessor().invoke(parts));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("records of this project are public", e);
    }
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
