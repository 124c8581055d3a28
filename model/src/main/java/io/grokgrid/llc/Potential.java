package io.grokgrid.llc;

/**
 * A loss of d parameters, with its gradient. An instance keeps work arrays; one thread at a time.
 */
public interface Potential {
  /** d. */
  int size();

  /**
   * The loss and its gradient.
   *
   * @param w (d), left as it is
   * @param gradient (d), receives the gradient
   * @return the loss, not a finite number where it has none
   */
  double differentiate(double[] w, double[] gradient);

  /**
   * The share of training examples that are answered rightly at w, (d); 1 where there is nothing to
   * memorise.
   */
  default double accuracy(double[] w) {
    return 1;
  }

  /** A mean over examples, of which some give an estimate of it. */
  interface OfExamples extends Potential {
    /** How many examples there are. */
    int examples();

    /**
     * As {@link #differentiate(double[], double[])}, of the mean over some.
     *
     * @param chosen numbers of examples, from 0
     */
    double differentiate(double[] w, double[] gradient, int[] chosen);
  }
}
