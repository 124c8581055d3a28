package io.grokgrid.base;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Of which kinds of runs a key says something: {@code task.kind != sequence}. For all others it is
 * null in their rows and no part of their ids.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnlyFor {
  /** Conditions on {@code task.kind} and {@code model.kind}, joined by {@code and}. */
  String value();
}
