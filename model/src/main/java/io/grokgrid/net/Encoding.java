package io.grokgrid.net;

import java.util.Locale;

/** How positions reach the network; {@link PositionalEncoding} has the formulas. */
public enum Encoding {
  /** Not at all: the network sees a multiset, but for the causal mask. */
  NONE,
  /** W_pos, trained, added to the embedding. */
  LEARNED,
  /** Fixed sines and cosines added to the embedding (Vaswani et al. 2017, section 3.5). */
  SINUSOIDAL,
  /** Queries and keys rotated by their position (Su et al. 2021). */
  ROPE,
  /** A penalty linear in the distance on the scores (Press et al. 2022). */
  ALIBI,
  /**
   * As rope, but the two components of a plane are turned by different angles, which is no rotation
   * (the public repository Notes-on-LMs, which calls it RoPE).
   */
  ROPE_MIXED;

  /** Whether queries and keys are turned in planes, which needs an even head width. */
  public boolean turns() {
    return this == ROPE || this == ROPE_MIXED;
  }

  /** The name in configuration. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
