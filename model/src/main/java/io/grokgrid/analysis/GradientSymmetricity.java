package io.grokgrid.analysis;

import io.grokgrid.analysis.OperandGradients.Triple;
import io.grokgrid.base.Randomness;
import io.grokgrid.math.Statistics;
import io.grokgrid.task.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How alike the operands act on a logit (Zhong et al. 2023, arXiv 2306.17844): the mean over
 * triples (a, b, c) of the cosine of the angle between the derivatives of the logit of c for (a, b)
 * by the embedding of a and by that of b. 1 where the network sees no more of them than their sum.
 *
 * <p>{@code mean} is over the 100 triples of the released code: the first of all n^3, in
 * lexicographic order, after CPython's {@code random.Random(42).shuffle}; NaN where these are more
 * than 2^26 (n above 406), too many to shuffle for it. {@code random_mean} and {@code
 * random_deviation} (of the sample) are over 1,000 triples that are drawn with the run's seed,
 * stream "triples", of pairs that the table has. A triple without an angle, because one derivative
 * is 0, is left out.
 */
public final class GradientSymmetricity implements Analysis {
  private static final int PUBLISHED = 100;
  private static final int DRAWN = 1000;
  private static final long PUBLISHED_SEED = 42;
  private static final double MOST = 1 << 26;

  /** Triples that are differentiated at once: bounds the memory. */
  private static final int CHUNK = 250;

  @Override
  public String name() {
    return "gradient_symmetricity";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    found.add("mean", Statistics.mean(cosines(subject, published(subject.n()))));
    double[] drawn = cosines(subject, drawn(subject.labels(), subject.n(), subject.seed()));
    found.add("random_mean", Statistics.mean(drawn));
    found.add("random_deviation", Statistics.sampleDeviation(drawn));
  }

  /** None where there are too many to shuffle. */
  static List<Triple> published(int n) {
    if (Math.pow(n, 3) > MOST) {
      return List.of();
    }
    int[] order = Split.PYTHON.order(n * n * n, PUBLISHED_SEED);
    return Arrays.stream(order)
        .limit(PUBLISHED)
        .mapToObj(i -> new Triple(i / (n * n), i / n % n, i % n))
        .toList();
  }

  private static List<Triple> drawn(Labels labels, int n, long seed) {
    Randomness random = Randomness.stream(seed, "triples");
    return Stream.generate(
            () -> new Triple(random.nextInt(n), random.nextInt(n), random.nextInt(n)))
        .filter(triple -> labels.has(triple.a() * n + triple.b()))
        .limit(DRAWN)
        .toList();
  }

  /** Of those triples that have one. */
  static double[] cosines(Subject subject, List<Triple> triples) {
    List<double[]> cosines = new ArrayList<>();
    for (int from = 0; from < triples.size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, triples.size());
      cosines.add(new OperandGradients(subject, triples.subList(from, to)).cosines());
    }
    return cosines.stream()
        .flatMapToDouble(Arrays::stream)
        .filter(cosine -> !Double.isNaN(cosine))
        .toArray();
  }
}
