package io.grokgrid.base;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Where a key says nothing about a run because of the values of other keys: {@code
 * training.optimizer != sgd}. Training never reads it there, so that runs which differ in nothing
 * else have the same weights and the same recorded numbers, bit for bit. They have ids of their own
 * all the same, because no id may change.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(IdleWhere.Any.class)
public @interface IdleWhere {
  /** Conditions that hold together, joined by {@code and}. */
  String value();

  /** Several, of which one is enough. */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Any {
    IdleWhere[] value();
  }
}
