package io.grokgrid.prompt;

import static java.util.Locale.ROOT;

import io.grokgrid.console.Format;
import io.grokgrid.console.Table;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Store;
import io.grokgrid.tables.NamedQuery;
import io.grokgrid.tables.RunsTable;
import io.grokgrid.tables.SqlFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.parser.SqlBaseLexer;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;

/** The words that statements are made of. */
final class Words implements Completer {
  private static final String RUNS = "runs";

  /** Each view's columns. */
  private static final Map<String, List<StructField>> VIEWS = views();

  private static final List<String> KEYWORDS =
      IntStream.rangeClosed(1, SqlBaseLexer.VOCABULARY.getMaxTokenType())
          .mapToObj(SqlBaseLexer.VOCABULARY::getLiteralName)
          .filter(name -> name != null && name.matches("'[A-Z_]+'"))
          .map(name -> name.substring(1, name.length() - 1))
          .toList();

  private static Map<String, List<StructField>> views() {
    Map<String, List<StructField>> views = new LinkedHashMap<>();
    List<StructField> runs = List.of(Store.COLUMNS.fields());
    views.put(RUNS, runs);
    List<StructField> plain =
        runs.stream().filter(field -> !RunsTable.ARRAYS.contains(field.name())).toList();
    for (String array : RunsTable.ARRAYS) {
      ArrayType type = (ArrayType) Store.COLUMNS.apply(array).dataType();
      StructField[] fields = ((StructType) type.elementType()).fields();
      views.put(array, Stream.concat(plain.stream(), Stream.of(fields)).toList());
    }
    return views;
  }

  /** The columns of a view, with their types. */
  static Table columns(String view) {
    List<StructField> fields = VIEWS.get(view);
    if (fields == null) {
      throw new RefusedSql(
          "a view must be one of %s, was %s".formatted(String.join(", ", VIEWS.keySet()), view));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (StructField field : fields) {
      rows.add(List.of(field.name(), field.dataType().sql().toLowerCase(ROOT)));
    }
    return new Table(List.of("column", "type"), rows);
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    candidates(line.words().subList(0, line.wordIndex()))
        .map(word -> new Candidate(word, word, null, null, null, null, false)) // no blank behind it
        .forEach(candidates::add);
  }

  /** What may follow these words. */
  static Stream<String> candidates(List<String> before) {
    if (before.equals(List.of(".format"))) {
      return Arrays.stream(Format.values()).map(format -> format.name().toLowerCase(ROOT));
    }
    String last = before.isEmpty() ? "" : before.get(before.size() - 1);
    if (last.matches("(?i)from|join|\\.columns")) {
      return VIEWS.keySet().stream();
    }
    Stream<String> queries = Arrays.stream(NamedQuery.values()).map(NamedQuery::key);
    Stream<String> first = Stream.concat(Dialogue.COMMANDS.stream(), queries);
    Stream<String> later =
        Stream.concat(
            Stream.concat(
                VIEWS.keySet().stream(),
                Arrays.stream(SqlFunction.values()).map(function -> function.key() + "(")),
            VIEWS.values().stream().flatMap(List::stream).map(StructField::name).distinct());
    return Stream.concat(before.isEmpty() ? first : later, KEYWORDS.stream());
  }
}
