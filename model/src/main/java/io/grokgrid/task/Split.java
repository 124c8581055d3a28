package io.grokgrid.task;

/** How the entries of a table are ordered before the first part of them is taken for training. */
public enum Split {
  JAVA,
  PYTHON,
  TORCH
}
