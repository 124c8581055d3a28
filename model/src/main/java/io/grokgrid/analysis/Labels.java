package io.grokgrid.analysis;

import io.grokgrid.task.Examples;
import io.grokgrid.task.TableTask;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a table says of its n^2 pairs, pair (a, b) of index {@code a * n + b}, and how far logits
 * are from it. A pair that the table leaves out, as division does with (a, 0), is in no part.
 *
 * <p>With label noise, the training pairs are held against what they were trained on where they are
 * looked at alone; elsewhere the right answer counts.
 */
public final class Labels {
  /** Which pairs a mean is over. */
  public enum Part {
    /** With their right answers. */
    ALL,
    /** With the answers that they are trained on. */
    TRAIN,
    TEST
  }

  private final int n;
  private final int[] answers; // (n^2), -1 where there is none
  private final int[] targets; // (n^2), -1 where nothing is trained on
  private final int[] pairs; // those that have an answer

  /**
   * Those of a run.
   *
   * @param seed the run's
   */
  Labels(TableTask task, long seed) {
    n = task.elements();
    answers = task.table();
    pairs = IntStream.range(0, n * n).filter(this::has).toArray();
    targets = new int[n * n];
    Arrays.fill(targets, -1);
    Examples examples = new Examples(task, seed);
    for (int i = 0; i < examples.trainExamples(); i++) {
      targets[examples.left()[i] * n + examples.right()[i]] = examples.answers()[i];
    }
  }

  /** Whether the table has the pair. */
  public boolean has(int pair) {
    return answers[pair] >= 0;
  }

  public boolean isTrained(int pair) {
    return targets[pair] >= 0;
  }

  /** What a pair is trained on, noise included; -1 where it is not trained on. */
  int target(int pair) {
    return targets[pair];
  }

  /** The pairs that the table has, ascending; nobody changes them. */
  public int[] pairs() {
    return pairs;
  }

  /** Those that it has in both orders. */
  public int[] pairsInBothOrders() {
    return Arrays.stream(pairs).filter(pair -> has(exchanged(pair))).toArray();
  }

  /** (b, a) of a pair (a, b). */
  public int exchanged(int pair) {
    return pair % n * n + pair / n;
  }

  private IntStream pairs(Part part) {
    IntStream all = Arrays.stream(pairs);
    return switch (part) {
      case ALL -> all;
      case TRAIN -> all.filter(this::isTrained);
      case TEST -> all.filter(pair -> !isTrained(pair));
    };
  }

  private int[] right(Part part) {
    return part == Part.TRAIN ? targets : answers;
  }

  /**
   * Mean cross entropy over a part, nats.
   *
   * @param logits (n^2, n)
   */
  public double loss(double[] logits, Part part) {
    int[] right = right(part);
    return pairs(part)
        .mapToDouble(pair -> crossEntropy(logits, pair * n, n, right[pair]))
        .average()
        .orElse(Double.NaN);
  }

  /**
   * The same over some pairs, those among them that the table has, with their right answers.
   *
   * @param logits a row for each of them
   */
  public double loss(double[] logits, int[] pairs) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < pairs.length; i++) {
      if (has(pairs[i])) {
        sum += crossEntropy(logits, i * n, n, answers[pairs[i]]);
        count++;
      }
    }
    return sum / count;
  }

  /**
   * Share of a part's pairs whose answer has the largest logit, the first of equals; a pair with a
   * logit that is no number is wrong.
   *
   * @param logits (n^2, n)
   */
  public double accuracy(double[] logits, Part part) {
    int[] right = right(part);
    return pairs(part)
        .map(pair -> largest(logits, pair * n) == right[pair] ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  /** The first of the largest; -1 where one is no number. */
  private int largest(double[] logits, int at) {
    int best = 0;
    for (int c = 0; c < n; c++) {
      if (Double.isNaN(logits[at + c])) {
        return -1;
      }
      best = logits[at + c] > logits[at + best] ? c : best;
    }
    return best;
  }

  /**
   * -log softmax(x)_y of logits x[at..], n of them, without cancellation: log(1 + sum over the
   * wrong classes of exp(x_j - x_y)).
   */
  static double crossEntropy(double[] x, int at, int n, int answer) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < n; c++) {
      max = Math.max(max, c == answer ? Double.NEGATIVE_INFINITY : x[at + c]);
    }
    double wrong = 0;
    for (int c = 0; c < n; c++) {
      wrong += c == answer ? 0 : Math.exp(x[at + c] - max);
    }
    double lead = x[at + answer] - max;
    return lead > 0 ? Math.log1p(wrong * Math.exp(-lead)) : Math.log(wrong + Math.exp(lead)) - lead;
  }
}
