package io.grokgrid.store;

import io.grokgrid.battery.Battery;
import io.grokgrid.experiment.Outcome;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.train.Milestones;
import io.grokgrid.train.RecordSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * What a plan needs to know about a run that the store holds.
 *
 * @param outcome of the row that the views show
 * @param recorded column and value of every key of {@code record} that decides what is kept
 * @param lastStep updates that it made
 * @param seconds of training
 */
public record Finished(
    Outcome outcome,
    Map<String, Object> recorded,
    int lastStep,
    Milestones milestones,
    double seconds) {
  /** The keys of {@code record}, but how often a state is saved, which leaves no trace in a row. */
  static final List<Key> RECORD_KEYS =
      Key.ALL.stream()
          .filter(key -> key.section().equals("record"))
          .filter(key -> !key.name().equals("state_every_seconds"))
          .toList();

  private static final String OLD = "checkpoint_steps";

  /** The same for all rows that were recorded alike; a key they lack has its default. */
  public static Column settings() {
    return functions.to_json(
        functions.struct(
            RECORD_KEYS.stream()
                .map(
                    key ->
                        functions.coalesce(
                            functions.col(key.column()),
                            functions.lit(key.standard().orElseThrow())))
                .toArray(Column[]::new)));
  }

  /** Whether the run was recorded as {@code asked} would be. */
  public boolean recordedAs(RunSpec asked) {
    return RECORD_KEYS.stream()
        .allMatch(
            key -> {
              Object value = key.value(asked);
              return value == null || value.equals(recorded(key, value));
            });
  }

  /** A column that the row lacks was not there yet: the key was at its default. */
  private Object recorded(Key key, Object asked) {
    return recorded.getOrDefault(key.column(), key.standard().orElse(asked));
  }

  /** Whether more time than it had, or time without limit, is now allowed. */
  public boolean canGoOn(RunSpec asked) {
    return outcome == Outcome.OUT_OF_TIME && !asked.training().isOutOfTime(seconds);
  }

  /** What {@code asked} would record of the run and was not recorded, by its name. */
  public List<String> lacks(RunSpec asked) {
    List<String> lacking = new ArrayList<>();
    if (!outcome.isFailure() && !recordedAs(asked)) {
      addLacking(lacking, asked, as(asked));
    }
    return lacking;
  }

  /** The run as it was recorded. */
  private RunSpec as(RunSpec asked) {
    Map<String, Object> values = new HashMap<>();
    for (Key key : Key.ALL) {
      Object value = key.value(asked);
      if (value != null) {
        values.put(key.path(), RECORD_KEYS.contains(key) ? recorded(key, value) : value);
      }
    }
    return RunSpecs.of(values);
  }

  private void addLacking(List<String> lacking, RunSpec asked, RunSpec there) {
    RecordSpec want = asked.record();
    RecordSpec has = there.record();
    boolean isSequence = asked.task().drawsAnew();
    if (!steps(there, !recorded.containsKey(OLD)).containsAll(steps(asked, false))) {
      lacking.add("checkpoints");
    }
    if (asked.model().attentionLayers() > 0
        && lacks(want.attentionEvery(), has.attentionEvery(), isSequence)) {
      lacking.add("attention");
    }
    if (lacks(want.measurementsEvery(), has.measurementsEvery(), false)
        || (want.measurementsEvery() > 0
            && !Battery.recordedNames(has.analyses())
                .containsAll(Battery.recordedNames(want.analyses())))) {
      lacking.add("measurements");
    }
    if (isSequence && want.evaluationBatches() > has.evaluationBatches()) {
      lacking.add("evaluation_batches");
    }
    if (isSequence && lacks(want.oodEvery(), has.oodEvery(), false)) {
      lacking.add("ood_every");
    }
  }

  private Set<Integer> steps(RunSpec run, boolean old) {
    return Checkpoints.steps(run, new Checkpoints.End(lastStep, outcome, milestones, old));
  }

  /**
   * Whether what was recorded every so many steps has not all that is wanted.
   *
   * @param lastOnly whether only the last step is recorded, however often it is asked for
   */
  private static boolean lacks(int want, int has, boolean lastOnly) {
    return want > 0 && (has == 0 || (!lastOnly && want % has != 0));
  }
}
