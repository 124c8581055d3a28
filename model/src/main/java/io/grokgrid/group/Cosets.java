package io.grokgrid.group;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Which neurons of the last hidden layer, behind the activation, are constant on cosets of a
 * subgroup of the permutations of five things (Stander et al. 2023, arXiv 2312.06581): the other
 * reading of what {@link Representations} finds.
 *
 * <p>A neuron f(a, b) is, for each b, a function of a; {@link CosetShares} says which share of the
 * squares of all these, each less its mean over a, the means of cosets of H have, corrected for
 * chance. Likewise of b. The neuron is of a class of conjugate subgroups if a subgroup of it has at
 * least .95 for a and one, the same or another, at least .95 for b, be it by cosets H g or g H; of
 * several classes it is of the largest groups', which explain it by the fewest cosets, and among
 * those of one order of the best. Subgroups of 2 to 30 cosets are looked at: every function is
 * constant on those of the trivial one. CLASS is as in {@link SubgroupClass}:
 *
 * <ul>
 *   <li>{@code coset_share.CLASS}: share of all neurons that are of the class, {@code concentrated}
 *       of any, {@code circuit} of those and by the sides that a product needs, H g for a and g H
 *       for b (their section 5.2), {@code constant} that depend on not both operands, which are of
 *       no class
 *   <li>{@code concentration_left}, {@code concentration_right}: median over the others of the
 *       smallest C_H = sum over cosets of the variance there, over the variance, of the dependence
 *       on a, on b (their section 6.1, there before the activation): about 2 at random, 0 on cosets
 * </ul>
 */
public final class Cosets implements Analysis {
  @Override
  public String name() {
    return "cosets";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Representations.idleElsewhere(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    CosetShares shares = CosetShares.known();
    int neurons = subject.hiddenWidth();
    boolean isFinite = Arrays.stream(subject.hidden()).allMatch(Double::isFinite);
    double all = isFinite ? neurons : Double.NaN;
    List<CosetNeuron> varying = varying(subject, shares);
    int[] classes = varying.stream().mapToInt(CosetNeuron::anyClass).toArray();
    for (int i = 0; i < shares.classes().size(); i++) {
      int of = i;
      long size = Arrays.stream(classes).filter(c -> c == of).count();
      found.add("coset_share." + shares.classes().get(i).name(), size / all);
    }
    double concentrated = Arrays.stream(classes).filter(c -> c >= 0).count();
    double circuit = varying.stream().filter(CosetNeuron::isOfCircuit).count();
    found.add("concentrated", concentrated / all);
    found.add("circuit", circuit / all);
    found.add("constant", (neurons - varying.size()) / all);
    found.add("concentration_left", median(varying, CosetNeuron::concentrationLeft));
    found.add("concentration_right", median(varying, CosetNeuron::concentrationRight));
  }

  /** The neurons that depend on both operands. */
  private static List<CosetNeuron> varying(Subject subject, CosetShares shares) {
    List<CosetNeuron> varying = new ArrayList<>();
    for (int neuron = 0; neuron < subject.hiddenWidth(); neuron++) {
      double[] f = column(subject.hidden(), neuron, subject.hiddenWidth());
      CosetNeuron.of(f, subject.matrices(), shares).ifPresent(varying::add);
    }
    return varying;
  }

  /** (a, b) of one neuron. */
  private static double[] column(double[] hidden, int neuron, int neurons) {
    double[] f = new double[hidden.length / neurons];
    Arrays.setAll(f, pair -> hidden[pair * neurons + neuron]);
    return f;
  }

  private static double median(
      List<CosetNeuron> neurons, ToDoubleFunction<CosetNeuron> concentration) {
    double[] all = neurons.stream().mapToDouble(concentration).sorted().toArray();
    int n = all.length;
    return n == 0 ? Double.NaN : (all[(n - 1) / 2] + all[n / 2]) / 2;
  }
}
