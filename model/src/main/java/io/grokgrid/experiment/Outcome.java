package io.grokgrid.experiment;

import io.grokgrid.train.Milestones;
import java.util.Locale;

/** How a run ended; the first that holds, in this order. */
public enum Outcome {
  /** By an error of its own. */
  FAILED,
  /** A loss was not finite. */
  DIVERGED,
  /** Generalised long after it memorised: grok step > 2 x memorised step. */
  GROKKED,
  /** Generalised otherwise. */
  COMPREHENDED,
  /** Met {@code max_seconds}. */
  OUT_OF_TIME,
  /** Reached train accuracy 0.99 only. */
  MEMORISED,
  CONFUSED;

  /** The outcome of a run that neither failed nor diverged. */
  public static Outcome of(Milestones milestones, boolean outOfTime) {
    Integer grok = milestones.grokStep();
    Integer memorised = milestones.memorisedStep();
    if (grok != null) {
      return memorised != null && grok > 2L * memorised ? GROKKED : COMPREHENDED;
    }
    if (outOfTime) {
      return OUT_OF_TIME;
    }
    return memorised != null ? MEMORISED : CONFUSED;
  }

  /** Whether the run is to be trained again when failed runs are. */
  public boolean isFailure() {
    return this == FAILED || this == DIVERGED;
  }

  /** Whether a run that did not fail has reached its grok step. */
  public boolean isGeneralisation() {
    return this == GROKKED || this == COMPREHENDED;
  }

  /** The value of the column {@code outcome}. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
