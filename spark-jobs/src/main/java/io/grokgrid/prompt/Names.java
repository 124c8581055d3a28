package io.grokgrid.prompt;

import io.grokgrid.console.Table;
import io.grokgrid.tables.NamedQuery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queries that have a name. */
public final class Names {
  private Names() {}

  /** A row a query. */
  public static Table table() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (NamedQuery query : NamedQuery.values()) {
      rows.add(List.of(query.key(), query.argument(), query.description()));
    }
    return new Table(List.of("query", "takes", "answers"), rows);
  }
}
