package io.grokgrid.fourier;

import io.grokgrid.base.Randomness;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Sets of frequencies without a network's key frequencies, each of as many as these are: controls
 * that a claim about the key frequencies is held against.
 */
final class FrequencySets {
  private final int[] others;
  private final int each;

  FrequencySets(int frequencies, Collection<Integer> keys) {
    others = IntStream.rangeClosed(1, frequencies).filter(k -> !keys.contains(k)).toArray();
    each = keys.size();
  }

  /**
   * Different sets, each equally likely; none where no frequency is key, or too many are.
   *
   * @param wanted how many, if there are as many
   */
  Set<List<Integer>> draw(int wanted, Randomness random) {
    int available = each == 0 ? 0 : available(wanted);
    Set<List<Integer>> sets = new LinkedHashSet<>();
    int[] order = others.clone();
    while (sets.size() < available) {
      random.shuffle(order);
      sets.add(Arrays.stream(order).limit(each).sorted().boxed().toList());
    }
    return sets;
  }

  /** The number of sets there are, others! / (each! (others - each)!), or {@code enough}. */
  private int available(int enough) {
    double sets = 1;
    for (int i = 0; i < each; i++) {
      sets *= (double) (others.length - i) / (i + 1);
    }
    return (int) Math.round(Math.min(sets, enough));
  }
}
