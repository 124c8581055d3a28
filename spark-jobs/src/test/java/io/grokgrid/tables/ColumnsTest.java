package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  private static final Columns<String> WORD =
      new Columns<String>()
          .text("word", "as written", word -> word)
          .integer("length", "characters", String::length);

  private static final Columns<List<String>> WORDS =
      new Columns<List<String>>()
          .real("mean", "of lengths", words -> words.isEmpty() ? null : 2.5)
          .struct("first", "of them", WORD, words -> words.get(0))
          .structs("all", "of them", WORD, words -> words);

  @Test
  void aColumnOfTheSchemaIsThatOfTheRow() {
    Row row = WORDS.row(List.of("ab", "abc"));

    assertThat(WORDS.schema().fieldNames()).containsExactly("mean", "first", "all");
    assertThat(row.getDouble(0)).isEqualTo(2.5);
    assertThat(row.getStruct(1).mkString(",")).isEqualTo("ab,2");
    assertThat((Row[]) row.get(2))
        .extracting(item -> item.mkString(","))
        .containsExactly("ab,2", "abc,3");
  }

  @Test
  void everyColumnHasItsCommentAndMayBeNull() {
    assertThat(WORDS.schema().fields()).allMatch(field -> field.nullable());
    assertThat(WORDS.schema().apply("first").getComment().get()).isEqualTo("of them");
    Columns<Integer> none = new Columns<Integer>().real("none", "nothing", item -> null);
    assertThat(none.row(1).isNullAt(0)).isTrue();
  }
}
