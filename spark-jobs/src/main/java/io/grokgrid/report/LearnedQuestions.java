package io.grokgrid.report;

import io.grokgrid.tables.Clauses;
import io.grokgrid.tables.NamedQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which questions the report asks of what networks learned: attention and measurements.
 *
 * @param runs the questions of the same runs
 */
record LearnedQuestions(RunQuestions runs) {
  /** Runs whose components are shown. */
  private static final int COMPONENTS_OF = 20;

  /** Runs whose frequencies are. */
  static final int FREQUENCIES_OF = 2_000;

  /** Of an analysis, at the last step of each run at which it was made. */
  private static final String AT_THE_LAST_STEP =
      """
      WITH ends AS (
        SELECT run_id, max(step) AS step FROM measurements WHERE analysis = '%1$s' GROUP BY run_id
      )
      SELECT run_id, %2$s
      FROM measurements LEFT SEMI JOIN %3$s USING (run_id, step)
      WHERE analysis = '%1$s' AND name RLIKE '%4$s'
      ORDER BY ALL
      """;

  /** Evenly chosen ones, where there are more. */
  private static final String SOME =
      """
      (SELECT run_id, step FROM (
        SELECT *, row_number() OVER (ORDER BY run_id) - 1 AS place, count(*) OVER () AS n FROM ends)
        WHERE floor(place * %1$d / n) <> floor((place - 1) * %1$d / n))""";

  /** Over steps, thinned to about this many rows by whole steps where there are more. */
  Question attention() {
    return runs.named(NamedQuery.ATTENTION_SYMMETRY).rounded();
  }

  /**
   * The same at every so many of the steps.
   *
   * @param columns of its answer
   */
  Question attention(int every, List<String> columns) {
    Question all = attention();
    List<String> order = columns.subList(0, columns.indexOf("step") + 1);
    String sql =
        """
        SELECT * EXCEPT (place) FROM (
          SELECT *, dense_rank() OVER (ORDER BY step) - 1 AS place FROM (
        %s))
        WHERE place %% %d = 0 ORDER BY %s
        """
            .formatted(all.sql(), every, Clauses.columns(order));
    return Question.of(all.name(), sql).rounded();
  }

  /** Where each position attends to in the end, by settings. */
  Question attentionMaps() {
    List<String> keys = new ArrayList<>(runs.axes());
    keys.addAll(List.of("layer", "head", "query", "key"));
    return Question.of(
            "attention_maps",
            """
            WITH ends AS (SELECT run_id, max(step) AS step FROM attention GROUP BY run_id)
            SELECT %1$s, count(*) AS runs, avg(mean_weight) AS mean_weight,
              avg(mean_score) AS mean_score
            FROM attention LEFT SEMI JOIN ends USING (run_id, step)
            WHERE outcome NOT IN ('failed', 'diverged') GROUP BY %1$s ORDER BY %1$s
            """
                .formatted(Clauses.columns(keys)))
        .rounded();
  }

  /**
   * Those that have something to ask where these analyses were made.
   *
   * @param analyses none where nothing was measured
   * @param of how many runs
   */
  List<Question> measured(Collection<String> analyses, int of) {
    List<Question> ofAny = analyses.isEmpty() ? List.of() : ofAny();
    return Stream.concat(
            ofAny.stream(), analyses.stream().map(each -> of(each, of)).flatMap(List::stream))
        .distinct()
        .toList();
  }

  private List<Question> ofAny() {
    Question leads = runs.named(NamedQuery.LEAD_TIMES);
    boolean hasCensus =
        runs.axes().contains("weight_decay") || runs.axes().contains("train_fraction");
    return hasCensus ? List.of(runs.named(NamedQuery.CENSUS), leads) : List.of(leads);
  }

  private List<Question> of(String analysis, int count) {
    String ends = count <= FREQUENCIES_OF ? "ends" : SOME.formatted(FREQUENCIES_OF);
    return switch (analysis) {
      case "gradient_symmetricity", "distance_irrelevance" ->
          List.of(
              runs.named(NamedQuery.CLOCK_OR_PIZZA)
                  .needing("gradient_symmetricity", "distance_irrelevance"),
              algorithms());
      case "circularity" -> List.of(algorithms());
      case "fourier_embedding" ->
          List.of(last("spectrum", analysis, "norm[.]", "%s AS k", "norm", "", ends));
      case "embedding_pca" -> List.of(components());
      case "neuron_clusters" ->
          List.of(last("clusters", analysis, "size[.]", "%s AS k", "size", "", ends));
      case "progress" ->
          List.of(runs.named(NamedQuery.PHASES).needing("memorisation_end"), progress());
      default ->
          analysis.matches("llc(_.*)?")
              ? List.of(runs.named(NamedQuery.LLC), runs.named(NamedQuery.LLC_CHECKPOINTS))
              : List.of();
    };
  }

  /** What restricted and excluded losses do over training. */
  private static Question progress() {
    return Question.of(
            "progress",
            """
            SELECT run_id, step, name, value FROM measurements
            WHERE analysis = 'progress' AND name IN ('restricted_loss', 'excluded_loss',
              'answer_excluded_loss', 'final_restricted_loss', 'final_excluded_loss', 'trig_loss',
              'gini_embedding')
            ORDER BY run_id, name, step
            """)
        .rounded();
  }

  /** What tells one algorithm from another, over training. */
  private static Question algorithms() {
    return Question.of(
            "measured",
            """
            SELECT run_id, step, analysis, name, value FROM measurements
            WHERE (analysis, name) IN (('gradient_symmetricity', 'mean'),
              ('distance_irrelevance', 'correct_logit'), ('circularity', 'mean'))
            ORDER BY run_id, analysis, name, step
            """)
        .rounded();
  }

  private static Question components() {
    return last(
        "pca",
        "embedding_pca",
        "component[.][1-4][.]",
        "%s AS token",
        "coordinate",
        "try_cast(split_part(name, '.', 2) AS INT) AS component, ",
        SOME.formatted(COMPONENTS_OF));
  }

  /**
   * @param prefix a pattern of the names behind which a number stands
   * @param index what that number is
   * @param more columns
   * @param of which of the ends
   */
  private static Question last(
      String name,
      String analysis,
      String prefix,
      String index,
      String value,
      String more,
      String of) {
    String number = "try_cast(substring_index(name, '.', -1) AS INT)";
    return Question.of(
            name,
            AT_THE_LAST_STEP.formatted(
                analysis,
                more + index.formatted(number) + ", value AS " + value,
                of,
                "^" + prefix + "[0-9]+$"))
        .rounded();
  }
}
