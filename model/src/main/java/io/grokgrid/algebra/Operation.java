package io.grokgrid.algebra;

/** What is done forwards, and its adjoint. */
sealed interface Operation permits Product, TransposedProduct, Transposition, Sum, Copy {
  void forward();

  void backward();

  /** Finds out which gradients it adds to; called in the order of the adjoints. */
  void settle();
}
