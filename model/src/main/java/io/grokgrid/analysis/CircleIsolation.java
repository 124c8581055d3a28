package io.grokgrid.analysis;

import io.grokgrid.net.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a network computes when only one circle of its embedding is left (Zhong et al. 2023, arXiv
 * 2306.17844; released code): W_E is replaced by its mean and two principal components, and the
 * logits of all pairs are compared with what each algorithm gives. {@code circle.i.frequency} from
 * 1 to p / 2; {@code circle.i.clock}, {@code circle.i.pizza}, {@code circle.i.pizza_prime}:
 * explained shares, see {@link CircleLogits}; {@code accompanying.i}, where circle i has twice the
 * frequency of an earlier one: the explained share of what it adds to that one's pizza; {@code
 * circles}: how many there are.
 *
 * <p>Circle i is made of components 2 i - 1 and 2 i. Of the first six pairs of components those are
 * circles that have more than half of their variation at one frequency, the mean of both; an
 * embedding of 59 residues as it is drawn has none.
 */
public final class CircleIsolation implements Analysis {
  private static final int PAIRS = 6;
  private static final double CIRCULAR = 0.5;

  /**
   * Two components.
   *
   * @param pair from 0
   */
  private record Circle(int pair, int frequency) {}

  @Override
  public String name() {
    return "circle_fve";
  }

  @Override
  public double passes() {
    return 3;
  }

  @Override
  public Optional<String> idle(Subject subject) {
    if (subject.cyclicSign() == 0) {
      return Optional.of("needs addition or subtraction modulo p");
    }
    return subject.has("embed_b.W_E")
        ? Optional.of("needs one embedding of both operands")
        : Circularity.needsResidues(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Components components = new Components(subject.embedding(0), subject.n());
    List<Circle> circles = circles(components);
    found.add("circles", circles.size());
    for (Circle circle : circles) {
      int first = 2 * circle.pair;
      double[] logits = logits(subject, components.keeping(first, first + 1));
      measure(subject, circle, logits, found.under("circle." + (circle.pair + 1) + "."));
      half(circle, circles, subject.n())
          .ifPresent(
              half -> {
                double explained = formulas(subject, half).accompanying(logits);
                found.add("accompanying." + (circle.pair + 1), explained);
              });
    }
  }

  private static void measure(Subject subject, Circle circle, double[] logits, Findings found) {
    CircleLogits formulas = formulas(subject, circle);
    found.add("frequency", circle.frequency);
    found.add("clock", formulas.clock(logits));
    found.add("pizza", formulas.pizza(logits));
    found.add("pizza_prime", formulas.pizzaPrime(logits));
  }

  private static CircleLogits formulas(Subject subject, Circle circle) {
    return new CircleLogits(circle.frequency, subject.n(), subject.cyclicSign());
  }

  private static List<Circle> circles(Components components) {
    List<Circle> circles = new ArrayList<>();
    for (int pair = 0; pair < PAIRS && 2 * pair + 1 < components.size(); pair++) {
      double[] first = components.rounds(2 * pair);
      double[] second = components.rounds(2 * pair + 1);
      int best = 1;
      for (int k = 2; k < first.length; k++) {
        best = first[k] + second[k] > first[best] + second[best] ? k : best;
      }
      if ((first[best] + second[best]) / 2 > CIRCULAR) {
        circles.add(new Circle(pair, best));
      }
    }
    return circles;
  }

  /** The earlier circle that this one has twice the frequency of, in either direction. */
  private static Optional<Circle> half(Circle circle, List<Circle> circles, int n) {
    return circles.stream()
        .filter(other -> other.pair < circle.pair)
        .filter(
            other ->
                (2 * other.frequency - circle.frequency) % n == 0
                    || (2 * other.frequency + circle.frequency) % n == 0)
        .findFirst();
  }

  /** Of all pairs, with other rows in the place of W_E's: (n^2, n). */
  private static double[] logits(Subject subject, double[] rows) {
    float[] parameters = subject.parameters().clone();
    Layout.Tensor embedding = subject.layout().at("embed.W_E");
    for (int i = 0; i < rows.length; i++) {
      parameters[embedding.offset() + i] = (float) rows[i];
    }
    return subject.logits(parameters);
  }
}
