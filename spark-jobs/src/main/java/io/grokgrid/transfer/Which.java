package io.grokgrid.transfer;

import io.grokgrid.options.Options;
import io.grokgrid.sql.Questions;
import io.grokgrid.store.Views;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which runs. */
final class Which {
  @Option(names = "--sweep", paramLabel = "NAME", description = "Only runs of this sweep.")
  @Nullable String sweep;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only runs for which this condition over their columns holds.")
  @Nullable String where;

  boolean isAll() {
    return sweep == null && where == null;
  }

  /** Refuses before Spark starts what is no condition. */
  Views.Restriction restriction(Options.Common common) {
    if (where != null) {
      Questions.require(null, where, common.spark.sessions().settings());
    }
    return new Views.Restriction(sweep, where);
  }
}
