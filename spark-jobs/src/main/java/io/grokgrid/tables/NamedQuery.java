package io.grokgrid.tables;

import io.grokgrid.keys.Key;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The questions that have a name: SQL over the views of {@link io.grokgrid.store.Views}. */
public enum NamedQuery {
  GROK_STEP_VS_WEIGHT_DECAY("when runs grok, by weight decay") {
    @Override
    String sql(List<String> varying, String argument) {
      return GrokSteps.versus("weight_decay", varying);
    }
  },
  GROK_STEP_VS_TRAIN_FRACTION("when runs grok, by the share of the table that is trained on") {
    @Override
    String sql(List<String> varying, String argument) {
      return GrokSteps.versus("train_fraction", varying);
    }
  },
  GROK_STEP_VS_P("when runs grok, by the modulus") {
    @Override
    String sql(List<String> varying, String argument) {
      return GrokSteps.versus("p", varying);
    }
  },
  GROK_STEP_VS("when runs grok, by any key", "KEY") {
    @Override
    String sql(List<String> varying, String argument) {
      return GrokSteps.versus(Clauses.key(argument, "KEY").column(), varying);
    }

    @Override
    void require(String given) {
      Clauses.key(given, "KEY");
    }
  },
  THRESHOLD("when runs reach a test accuracy of your own, by all keys that vary", "--at A") {
    @Override
    String sql(List<String> varying, String argument) {
      return GrokSteps.threshold(GrokSteps.accuracy(argument), varying);
    }

    @Override
    void require(String given) {
      GrokSteps.accuracy(given);
    }
  },
  EFFECT(
      "whether a key makes runs grok sooner, and by how much: pairs of equal runs",
      "--axis KEY [--at A]") {
    @Override
    String sql(List<String> varying, String argument) {
      return effects(argument).sql(varying);
    }

    @Override
    void require(String given) {
      Effects unused = effects(given);
    }

    private static Effects effects(String given) {
      String[] values = given.split(" ", 2);
      Key key = Clauses.key(values[0], "--axis");
      return values.length == 1
          ? Effects.ofGrokking(key)
          : Effects.ofReaching(GrokSteps.accuracy(values[1]), key);
    }
  },
  NEAR_MISSES("runs that did not reach 0.99: how far they came, by how many examples they missed") {
    @Override
    String sql(List<String> varying, String argument) {
      return NearMisses.sql(varying);
    }
  },
  /**
   * Which encoding carries over, task by task, at the last recorded step. In distribution is the
   * test set; of tables, which have no other, what is out of distribution is null. Failed runs are
   * left out; diverged ones count among the runs, but not in means and standard deviations.
   */
  ENCODINGS("tasks x encodings: in- and out-of-distribution loss, accuracy and gap") {
    @Override
    String sql(List<String> varying, String argument) {
      return """
      WITH ended AS (
        SELECT *, outcome = 'diverged' AS is_diverged, try_element_at(metrics, -1) AS last
        FROM runs WHERE outcome <> 'failed'
      )
      SELECT %1$s, count(*) AS runs, count_if(is_diverged) AS diverged,
        avg(final_test_loss) FILTER (WHERE NOT is_diverged) AS in_loss,
        avg(final_test_accuracy) FILTER (WHERE NOT is_diverged) AS in_accuracy,
        avg(last.ood_loss) FILTER (WHERE NOT is_diverged) AS out_loss,
        avg(last.ood_accuracy) FILTER (WHERE NOT is_diverged) AS out_accuracy,
        avg(final_test_accuracy) FILTER (WHERE NOT is_diverged)
          - avg(last.ood_accuracy) FILTER (WHERE NOT is_diverged) AS gap,
        stddev_samp(final_test_accuracy) FILTER (WHERE NOT is_diverged) AS in_accuracy_sd,
        stddev_samp(last.ood_accuracy) FILTER (WHERE NOT is_diverged) AS out_accuracy_sd,
        count(grok_step) AS generalised, %2$s, %3$s, %4$s
      FROM ended GROUP BY %1$s ORDER BY %1$s
      """
          .formatted(
              Clauses.columns(
                  Clauses.ofResult(List.of("task", "operation", "rule", "encoding"), varying)),
              Clauses.shareInterval("grok_step", "generalised"),
              Clauses.median("grok_step"),
              Clauses.medianInterval("grok_step"));
    }
  },
  /**
   * How the positions of a, b and = attend to each other, over steps: mean scores before the
   * softmax, per layer and head, of tables; null where a pair is masked or has no position. Columns
   * that begin with train are means over the training examples, as the question was first asked of
   * them, the others over all inputs. Each gap is the mean over runs of a run's own, so that gaps
   * of opposite sign do not cancel. In a one-layer network read at '=', only equals_to_a and
   * equals_to_b can reach the answer. Failed and diverged runs are left out.
   */
  ATTENTION_SYMMETRY(
      "scores between a, b and '=', by head over steps; one layer answers through those of '=' only") {
    @Override
    String sql(List<String> varying, String argument) {
      return """
      WITH pairs AS (
        SELECT run_id, %1$s, layer, head, step,
          any_value(mean_score) FILTER (WHERE query = 0 AND key = 1) AS a_to_b,
          any_value(mean_score) FILTER (WHERE query = 1 AND key = 0) AS b_to_a,
          any_value(mean_score) FILTER (WHERE query = 0 AND key = 2) AS a_to_equals,
          any_value(mean_score) FILTER (WHERE query = 1 AND key = 2) AS b_to_equals,
          any_value(mean_score) FILTER (WHERE query = 2 AND key = 0) AS equals_to_a,
          any_value(mean_score) FILTER (WHERE query = 2 AND key = 1) AS equals_to_b
        FROM attention
        WHERE task <> 'sequence' AND outcome NOT IN ('failed', 'diverged')
        GROUP BY run_id, %1$s, layer, head, step
      ),
      trained AS (
        SELECT run_id, step, CAST(split_part(name, '.', 2) AS INT) AS layer,
          CAST(split_part(name, '.', 3) AS INT) AS head,
          any_value(value) FILTER (WHERE name LIKE '%%.0.1') AS train_a_to_b,
          any_value(value) FILTER (WHERE name LIKE '%%.1.0') AS train_b_to_a,
          any_value(value) FILTER (WHERE name LIKE '%%.0.2') AS train_a_to_equals,
          any_value(value) FILTER (WHERE name LIKE '%%.1.2') AS train_b_to_equals,
          any_value(value) FILTER (WHERE name LIKE '%%.2.0') AS train_equals_to_a,
          any_value(value) FILTER (WHERE name LIKE '%%.2.1') AS train_equals_to_b
        FROM measurements WHERE analysis = 'attention' AND name LIKE 'train_score.%%'
        GROUP BY run_id, step, layer, head
      ),
      accuracies AS (SELECT run_id, step, train_accuracy, test_accuracy FROM metrics)
      SELECT %1$s, layer, head, step, count(*) AS runs,
        avg(train_a_to_b) AS train_a_to_b, avg(train_b_to_a) AS train_b_to_a,
        avg(train_a_to_equals) AS train_a_to_equals, avg(train_b_to_equals) AS train_b_to_equals,
        avg(train_equals_to_a) AS train_equals_to_a, avg(train_equals_to_b) AS train_equals_to_b,
        avg(a_to_b) AS a_to_b, avg(b_to_a) AS b_to_a,
        avg(a_to_equals) AS a_to_equals, avg(b_to_equals) AS b_to_equals,
        avg(equals_to_a) AS equals_to_a, avg(equals_to_b) AS equals_to_b,
        avg(abs(a_to_b - b_to_a)) AS a_b_gap,
        avg(abs(equals_to_a - equals_to_b)) AS equals_gap,
        avg(train_accuracy) AS train_accuracy, avg(test_accuracy) AS test_accuracy
      FROM pairs LEFT JOIN trained USING (run_id, step, layer, head)
        LEFT JOIN accuracies USING (run_id, step)
      GROUP BY %1$s, layer, head, step ORDER BY %1$s, layer, head, step
      """
          .formatted(
              Clauses.columns(
                  Clauses.ofResult(
                      List.of("operation", "p", "encoding", "weight_decay"), varying)));
    }
  },
  SLINGSHOTS("loss spikes after memorisation and how regular they are, most spikes first") {
    @Override
    String sql(List<String> varying, String argument) {
      return Slingshots.sql(varying);
    }
  },
  CLOCK_OR_PIZZA("which algorithm each run learned, and the median over seeds") {
    @Override
    String sql(List<String> varying, String argument) {
      return Circuits.clockOrPizza(varying);
    }
  },
  PHASE_DIAGRAM(
      "by all keys that vary, or by two: how many runs ended how, and when they grok",
      "[--axes A,B]") {
    @Override
    String sql(List<String> varying, String argument) {
      return GrokSteps.phaseDiagram(
          argument.isEmpty() ? Clauses.axes(varying) : Clauses.twoKeys(argument, "--axes"));
    }

    @Override
    void require(String given) {
      if (!given.isEmpty()) {
        Clauses.twoKeys(given, "--axes");
      }
    }
  },
  CENSUS("weight decay x train fraction: how many runs generalise, when, and to what") {
    @Override
    String sql(List<String> varying, String argument) {
      return Circuits.census(varying);
    }
  },
  LEAD_TIMES(
      "how long before the grok step each measurement has gone half of its way, first ones first") {
    @Override
    String sql(List<String> varying, String argument) {
      return LeadTimes.SQL;
    }
  },
  DELAY_LAW("whether the norm's decay at learning rate x weight decay gives the grok delay") {
    @Override
    String sql(List<String> varying, String argument) {
      return DelayLaw.sql(varying);
    }
  },
  PHASES(
      "where memorisation ends and cleanup begins and ends, by excluded loss, test loss and norm") {
    @Override
    String sql(List<String> varying, String argument) {
      return Phases.sql(varying);
    }
  },
  LLC("the local learning coefficient over steps: medians over seeds, and verdicts") {
    @Override
    String sql(List<String> varying, String argument) {
      return Coefficients.ofCells(varying);
    }
  },
  LLC_CHECKPOINTS("the local learning coefficient of every checkpoint, with its checks") {
    @Override
    String sql(List<String> varying, String argument) {
      return Coefficients.ofCheckpoints(varying);
    }
  },
  FAILURES("the runs that failed or diverged, newest first, and why") {
    @Override
    String sql(List<String> varying, String argument) {
      return """
      SELECT run_id, sweep, outcome, error, last_step, %sstarted_at, host, attempt
      FROM runs WHERE outcome IN ('failed', 'diverged') ORDER BY started_at DESC, run_id
      """
          .formatted(varying.isEmpty() ? "" : Clauses.columns(varying) + ", ");
    }
  };

  private static final Pattern TAKEN = Pattern.compile("(\\[?)((?:--\\w+)?) ?[A-Z,]+]?");

  private final String description;
  private final String argument;

  NamedQuery(String description) {
    this(description, "");
  }

  NamedQuery(String description, String argument) {
    this.description = description;
    this.argument = argument;
  }

  /**
   * The query.
   *
   * @param varying the keys of {@code run} that vary in the chosen runs, see {@link
   *     io.grokgrid.store.Views#varying}
   * @param argument what it was given, of those that take something
   */
  abstract String sql(List<String> varying, String argument);

  /** Refuses an argument that no runs can be asked by. */
  void require(String given) {}

  /** The name in the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One line. */
  public String description() {
    return description;
  }

  /**
   * What stands behind the name, such as {@code --axis KEY [--at A]}, what can be left out in
   * brackets; empty of those that take nothing.
   */
  public String argument() {
    return argument;
  }

  /**
   * A part of {@link #argument}.
   *
   * @param option empty where the value stands by itself
   */
  record Taken(String option, boolean isOptional) {}

  List<Taken> takes() {
    return TAKEN
        .matcher(argument)
        .results()
        .map(each -> new Taken(each.group(2), !each.group(1).isEmpty()))
        .toList();
  }

  public static Optional<NamedQuery> named(String key) {
    return Arrays.stream(values()).filter(query -> query.key().equals(key)).findFirst();
  }
}
