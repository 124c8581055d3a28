package io.grokgrid.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnalysesTableTest {
  /** A column is added at the end of its group; none ever changes its name or type. */
  @Test
  void hasThePublishedSchema() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("analyses-schema.txt")) {
      assertThat(AnalysesTable.SCHEMA.treeString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void saysTheUnitOfEveryColumn() {
    assertThat(Store.ANALYSES_COLUMNS.fields()).allMatch(field -> field.getComment().isDefined());
  }
}
