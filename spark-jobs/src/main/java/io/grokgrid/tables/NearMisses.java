package io.grokgrid.tables;

import io.grokgrid.train.Milestones;
import java.util.List;

/**
 * The runs that did not generalise, those that came closest first: their best recorded test
 * accuracy, and by how many test examples it misses the threshold ({@code missed_by}; null of
 * sequences, which have no test set of their own). Failed runs are left out.
 */
final class NearMisses {
  private NearMisses() {}

  static String sql(List<String> varying) {
    List<String> keys = Clauses.ofRun(List.of(), varying);
    return """
    WITH missed AS (
      SELECT *, %2$s AS test_examples
      FROM runs WHERE grok_step IS NULL AND outcome <> 'failed'
    )
    SELECT run_id, sweep, %1$soutcome, best_test_accuracy, best_test_step, test_examples,
      int(ceil(%3$s * test_examples - 1e-9) - round(best_test_accuracy * test_examples))
        AS missed_by,
      final_test_accuracy, last_step
    FROM missed ORDER BY best_test_accuracy DESC NULLS LAST, run_id
    """
        .formatted(
            keys.isEmpty() ? "" : Clauses.columns(keys) + ", ",
            RunFunctions.testExamples(),
            Milestones.REACHED);
  }
}
