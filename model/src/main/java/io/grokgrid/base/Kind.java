package io.grokgrid.base;

/** One of several records that a section of {@code run} can be; a constant of an enum. */
public interface Kind {
  /** The record, whose components are its keys. */
  Class<?> type();

  /** The name of the constant, in upper case. */
  String name();
}
