package io.grokgrid.report;

import io.grokgrid.tables.Asked;
import io.grokgrid.tables.Clauses;
import io.grokgrid.tables.NamedQuery;
import io.grokgrid.tables.Slingshots;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which questions the report asks of runs and their curves.
 *
 * @param varying the keys that vary, see {@link io.grokgrid.store.Views#varying}
 */
record RunQuestions(List<String> varying) {
  private static final List<String> SHOWN =
      List.of(
          "task",
          "model",
          "operation",
          "sweep",
          "outcome",
          "memorised_step",
          "grok_step",
          "sustained_grok_step",
          "last_step",
          "steps",
          "final_train_loss",
          "final_test_loss",
          "final_train_accuracy",
          "final_test_accuracy",
          "best_test_accuracy",
          "best_test_step",
          "train_examples",
          "parameters",
          "seconds",
          "steps_per_second",
          "host",
          "device",
          "attempt",
          "resumed_from_step",
          "versions",
          "started_at",
          "error");

  private static final List<String> CURVES =
      List.of("train_loss", "train_accuracy", "test_loss", "test_accuracy", "weight_norm");

  private static final List<String> OUT_OF_DISTRIBUTION = List.of("ood_loss", "ood_accuracy");

  List<String> axes() {
    return Clauses.axes(varying);
  }

  List<String> seeds() {
    return Clauses.seeds(varying);
  }

  /** Axes, seeds and the id: all rows of runs in one order. */
  private String order() {
    List<String> keys = new ArrayList<>(axes());
    keys.addAll(seeds());
    keys.add("run_id");
    return Clauses.columns(keys);
  }

  Question runs() {
    Set<String> columns = new LinkedHashSet<>(List.of("run_id"));
    columns.addAll(axes());
    columns.addAll(seeds());
    columns.addAll(SHOWN);
    return Question.of(
        "runs",
        "SELECT %s FROM runs ORDER BY %s"
            .formatted(Clauses.columns(List.copyOf(columns)), order()));
  }

  Question sweeps() {
    return Question.of(
        "sweeps",
        "SELECT sweep, run_id FROM sweeps LEFT SEMI JOIN runs USING (run_id)"
            + " WHERE sweep IS NOT NULL ORDER BY sweep, run_id");
  }

  /**
   * In the order of {@link #runs}.
   *
   * @param every of the recorded steps of a run every one, every second, .., and the last
   * @param hasOutOfDistribution whether any of them has a loss out of distribution
   */
  Question curves(int every, boolean hasOutOfDistribution) {
    List<String> columns = new ArrayList<>(List.of("run_id", "step"));
    columns.addAll(CURVES);
    columns.addAll(columns.size() - 1, hasOutOfDistribution ? OUT_OF_DISTRIBUTION : List.of());
    String from =
        every == 1
            ? "metrics"
            : """
            (SELECT %s, inline(filter(metrics, (at, place) ->
              place %% %d = 0 OR place = size(metrics) - 1)) FROM runs)"""
                .formatted(order(), every);
    String sql =
        "SELECT %s FROM %s ORDER BY %s, step".formatted(Clauses.columns(columns), from, order());
    return Question.of("curves", sql).rounded().ofArrays();
  }

  Question spikes() {
    return Question.of("spikes", Slingshots.spikes()).ofArrays();
  }

  /** By each axis, then by all. */
  List<Question> statistics() {
    List<Question> questions = new ArrayList<>();
    for (String axis : axes()) {
      questions.add(named("grok_step_vs." + axis, NamedQuery.GROK_STEP_VS, axis));
      questions.add(named("effect." + axis, NamedQuery.EFFECT, axis));
    }
    questions.add(named(NamedQuery.PHASE_DIAGRAM));
    return questions;
  }

  Question encodings() {
    return named(NamedQuery.ENCODINGS).ofArrays();
  }

  /** Under its own name. */
  Question named(NamedQuery query) {
    return named(query.key(), query, "");
  }

  private Question named(String name, NamedQuery query, String argument) {
    return Question.of(name, new Asked(query, argument), varying);
  }
}
