package io.grokgrid.session;

import io.grokgrid.console.Table;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Spark's rows in plain Java values, as {@link Table} has them. */
public final class SparkRows {
  private SparkRows() {}

  /** One partition at a time comes to the driver, when its rows are printed. */
  public static Table table(Dataset<Row> rows) {
    return new Table(List.of(rows.columns()), () -> lists(rows.toLocalIterator()));
  }

  private static Iterator<List<@Nullable Object>> lists(Iterator<Row> rows) {
    Iterable<Row> once = () -> rows;
    return StreamSupport.stream(once.spliterator(), false).map(SparkRows::list).iterator();
  }

  private static List<@Nullable Object> list(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(plain(row.get(i)));
    }
    return values;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Row row) {
      return row.schema() == null ? list(row) : object(row);
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
      CollectionConverters.asJava(map).forEach((key, item) -> plain.put(key, plain(item)));
      return plain;
    }
    if (value instanceof scala.collection.Iterable<?> items) {
      List<@Nullable Object> plain = new ArrayList<>();
      CollectionConverters.asJava(items).forEach(item -> plain.add(plain(item)));
      return plain;
    }
    if (value instanceof Timestamp time) {
      return time.toInstant();
    }
    if (value instanceof Date date) {
      return date.toLocalDate();
    }
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value;
  }

  private static Map<String, @Nullable Object> object(Row row) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      fields.put(row.schema().fieldNames()[i], plain(row.get(i)));
    }
    return fields;
  }
}
