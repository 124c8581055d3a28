package io.grokgrid.base;

import java.io.Serializable;

/**
 * One refused value.
 *
 * @param field the key, in snake_case
 * @param rule what must hold, so that "field rule" reads as a sentence: "must be positive"
 * @param value what was given instead, as text
 */
public record Problem(String field, String rule, String value) implements Serializable {
  /** The one form that every refusal has: {@code heads must divide d_model 128, was 3}. */
  @Override
  public String toString() {
    return field + " " + rule + ", was " + value;
  }
}
