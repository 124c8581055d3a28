package io.grokgrid.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table, or of a struct in it, each declared once: its name, what it holds and in
 * which unit, and how its value is found. Every one may be null, as Spark reads Parquet.
 *
 * @param <T> what a row is made of
 */
final class Columns<T> {
  private final List<StructField> fields = new ArrayList<>();
  private final List<Value<T>> values = new ArrayList<>();

  /** What a column holds of one {@code T}, as Spark's rows have it. */
  @FunctionalInterface
  interface Value<T> {
    @Nullable Object of(T item);
  }

  Columns<T> add(String name, DataType type, String comment, Value<T> value) {
    fields.add(new StructField(name, type, true, Metadata.empty()).withComment(comment));
    values.add(value);
    return this;
  }

  Columns<T> integer(String name, String comment, Value<T> value) {
    return add(name, DataTypes.IntegerType, comment, value);
  }

  Columns<T> real(String name, String comment, Value<T> value) {
    return add(name, DataTypes.DoubleType, comment, value);
  }

  Columns<T> text(String name, String comment, Value<T> value) {
    return add(name, DataTypes.StringType, comment, value);
  }

  <E> Columns<T> struct(String name, String comment, Columns<E> parts, Function<T, E> value) {
    return add(name, parts.schema(), comment, item -> parts.row(value.apply(item)));
  }

  <E> Columns<T> structs(
      String name, String comment, Columns<E> parts, Function<T, List<E>> values) {
    DataType type = DataTypes.createArrayType(parts.schema());
    // An array, because Spark cannot encode a list inside a row.
    return add(
        name,
        type,
        comment,
        item -> values.apply(item).stream().map(parts::row).toArray(Row[]::new));
  }

  StructType schema() {
    return new StructType(fields.toArray(StructField[]::new));
  }

  Row row(T item) {
    return RowFactory.create(values.stream().map(value -> value.of(item)).toArray());
  }
}
