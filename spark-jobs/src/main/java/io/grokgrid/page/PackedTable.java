package io.grokgrid.page;

import io.grokgrid.console.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A table as it lies in a page: the streams of its columns (see {@link PackedColumn}) one after the
 * other, deflated with zlib's header, in base64; and a head in JSON that says what they are.
 */
public final class PackedTable {
  private final String name;
  private final String sql;
  private final String command;
  private final List<PackedColumn> columns = new ArrayList<>();
  private int rows;

  /**
   * An empty one.
   *
   * @param sql the question that it answers
   * @param command how to ask it
   * @param kinds by the names of the columns, in order
   */
  public PackedTable(String name, String sql, String command, Map<String, Kind> kinds) {
    this.name = name;
    this.sql = sql;
    this.command = command;
    kinds.forEach((column, kind) -> columns.add(new PackedColumn(column, kind)));
  }

  /** Adds a row: a value for each column, as {@link PackedColumn#add} takes it. */
  public void add(List<? extends @Nullable Object> row) {
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).add(row.get(i));
    }
    rows++;
  }

  public boolean isEmpty() {
    return rows == 0;
  }

  /** The element of a page that holds it. */
  String html() {
    return "<script type=\"text/plain\" class=\"table\" id=\"table-%s\" data-head='%s'>%s</script>\n"
        .formatted(
            Page.escaped(name),
            Page.escaped(Format.json(head())),
            Base64.getEncoder().encodeToString(deflated()));
  }

  private Map<String, Object> head() {
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("rows", rows);
    head.put("sql", sql);
    head.put("command", command);
    head.put("columns", columns.stream().map(PackedColumn::head).toList());
    return head;
  }

  private byte[] deflated() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      for (PackedColumn column : columns) {
        column.writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }
}
