package io.grokgrid.llc;

import java.io.Serializable;
import java.util.Arrays;

/** One chain of draws: what was seen of each, and sums over those behind the burn-in. */
public final class Chain implements Serializable {
  private static final long serialVersionUID = 1;

  private final int number;
  private final double[] losses;
  private final int burnIn;
  private int steps;
  private boolean diverged;
  private double moves;
  private double acceptance;
  private double squaredDistance;
  private double lastSquaredDistance;
  private double stiffness;

  /**
   * A chain without draws.
   *
   * @param number of the chain, from 0
   */
  Chain(int number, LlcSpec spec) {
    this.number = number;
    burnIn = spec.burnIn();
    losses = new double[spec.steps()];
  }

  /**
   * Adds a draw.
   *
   * @param distance squared, from w0
   * @param product of the potential's gradient and that of n_beta times the loss
   */
  void add(double loss, double distance, double product) {
    losses[steps] = loss;
    steps++;
    lastSquaredDistance = distance;
    if (steps > burnIn) {
      squaredDistance += distance;
      stiffness += product;
    }
  }

  /** Adds a move that a Metropolis-adjusted chain makes with this probability. */
  void addMove(double probability) {
    moves++;
    acceptance += probability;
  }

  /** The chain ends here, and counts for nothing but as one that did. */
  void diverge() {
    diverged = true;
  }

  public int number() {
    return number;
  }

  public boolean hasDiverged() {
    return diverged;
  }

  /** Loss of every draw, the burn-in's included. */
  public double[] trace() {
    return Arrays.copyOf(losses, steps);
  }

  /** Loss of every draw behind the burn-in. */
  double[] losses() {
    return Arrays.copyOfRange(losses, Math.min(burnIn, steps), steps);
  }

  private double draws() {
    return (double) steps - burnIn;
  }

  /** Mean probability with which a Metropolis-adjusted chain makes its moves; NaN of no moves. */
  double acceptance() {
    return acceptance / moves;
  }

  /** Mean over the draws of |w - w0|^2. */
  double meanSquaredDistance() {
    return squaredDistance / draws();
  }

  /** |w - w0| of the last draw. */
  double lastDistance() {
    return Math.sqrt(lastSquaredDistance);
  }

  /** Mean over the draws of grad U . n_beta grad L. */
  double stiffness() {
    return stiffness / draws();
  }
}
