package io.grokgrid.train;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a run first reached what; each is a recorded step, none where it was not reached.
 *
 * @param memorisedStep first recorded step with train accuracy of at least 0.99
 * @param grokStep first recorded step with test accuracy of at least 0.99
 * @param sustainedGrokStep first of six recorded steps in a row with test accuracy of at least 0.95
 */
public record Milestones(
    @Nullable Integer memorisedStep,
    @Nullable Integer grokStep,
    @Nullable Integer sustainedGrokStep)
    implements Serializable {
  /** One of them that a checkpoint can be kept at. */
  public enum Mark {
    MEMORISED,
    GROKKED;

    /** Its step, none where it was not reached. */
    public @Nullable Integer step(Milestones of) {
      return this == MEMORISED ? of.memorisedStep : of.grokStep;
    }
  }

  /** The accuracy that counts as memorised, and as generalised. */
  public static final double REACHED = 0.99;

  private static final double SUSTAINED = 0.95;

  /** Recorded steps in a row that {@link #sustainedGrokStep} takes. */
  public static final int SUSTAINED_STEPS = 6;

  /** Of recorded steps in ascending order. */
  public static Milestones of(List<Metrics> metrics) {
    Integer memorised = null;
    Integer grok = null;
    Integer sustained = null;
    int inARow = 0;
    for (int i = 0; i < metrics.size(); i++) {
      Metrics at = metrics.get(i);
      if (memorised == null && at.trainAccuracy() >= REACHED) {
        memorised = at.step();
      }
      if (grok == null && at.testAccuracy() >= REACHED) {
        grok = at.step();
      }
      inARow = at.testAccuracy() >= SUSTAINED ? inARow + 1 : 0;
      if (sustained == null && inARow == SUSTAINED_STEPS) {
        sustained = metrics.get(i - SUSTAINED_STEPS + 1).step();
      }
    }
    return new Milestones(memorised, grok, sustained);
  }

  /** grok step - memorised step, none unless both were reached. */
  public @Nullable Integer grokDelay() {
    return grokStep == null || memorisedStep == null ? null : grokStep - memorisedStep;
  }
}
