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
  ALIBI;

  /** Whether queries and keys are rotated, which needs an even head width. */
  public boolean rotates() {
    return this == ROPE;
  }

  /** The name in configuration. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
