package io.grokgrid.llc;

import java.util.Locale;

/** Whether an {@link Estimate} is one, or the first reason why not. */
public enum Verdict {
  /** A chain left for infinity, so that what the others gave is a selection. */
  DIVERGED,
  /**
   * The network has not memorised its training set, or the loss has lower places so near that w0
   * does not stand for a minimum.
   */
  NOT_A_MINIMUM,
  /** Chains are unlike each other, or their beginning unlike their end. */
  UNMIXED,
  /** Chains are alike, but give the mean too roughly. */
  TOO_SHORT,
  SOUND;

  /**
   * Largest R-hat of chains that are alike. Vehtari et al. 2021 ask for 1.01 with 400 effective
   * samples; of {@link #FEWEST_SAMPLES} in 8 half chains alike ones have 1.035 in the mean, sqrt(1
   * + 7 / 100).
   */
  static final double MOST_R_HAT = 1.05;

  /** Fewer make the error of the mean itself unsure: by 10 %, with 50 by 14. */
  static final double FEWEST_SAMPLES = 100;

  /** Fewer draws of a chain say nothing about whether it mixes. */
  static final int FEWEST_DRAWS = 50;

  /** Largest Monte-Carlo standard error, over the estimate. */
  static final double MOST_ERROR = 0.05;

  /**
   * Largest share of the estimate that is missing because descent from w0 leads lower, n_beta
   * (L(w0) - lower) over the estimate: as much as may be noise.
   */
  static final double MOST_LOWERED = 0.05;

  /**
   * Largest share of draws on full batches below L(w0). Around a minimum there are none, around
   * weights that decay holds off it by little there are few.
   */
  static final double MOST_BELOW = 0.05;

  /** In lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
