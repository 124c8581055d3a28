package io.grokgrid.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * How much substitutions can make out of little: {@code b = [${a}, ${a}], c = [${b}, ${b}], ..}
 * doubles with every line.
 */
final class Substitutions {
  /**
   * One of them.
   *
   * @param holder path of the key whose value holds it
   * @param target path of what it stands for; either is empty where it could be any
   */
  private record One(List<String> holder, List<String> target) {
    boolean leadsTo(One other) {
      return overlap(target, other.holder);
    }

    /** Whether it stands for what was said of its own key before it. */
    boolean looksBack() {
      return leadsTo(this);
    }
  }

  private final List<One> all = new ArrayList<>();

  /** Paths as they were written; empty for one that is not known. */
  void add(String holder, String target) {
    all.add(new One(path(holder), path(target)));
  }

  int count() {
    return all.size();
  }

  private static List<String> path(String text) {
    try {
      return text.isEmpty() ? List.of() : ConfigUtil.splitPath(text);
    } catch (ConfigException e) {
      return List.of();
    }
  }

  private static boolean overlap(List<String> a, List<String> b) {
    int common = Math.min(a.size(), b.size());
    return a.subList(0, common).equals(b.subList(0, common));
  }

  /** How often a value is put in for another at most, those that lead on followed to their end. */
  double expansions() {
    double[] known = new double[all.size()];
    boolean[] open = new boolean[all.size()];
    double sum = 0;
    for (int i = 0; i < known.length; i++) {
      sum += expansions(i, known, open);
    }
    return sum;
  }

  private double expansions(int i, double[] known, boolean[] open) {
    if (open[i]) {
      return Math.pow(3, all.size() / 3.0); // a circle: the most that so many can make
    }
    if (known[i] == 0) {
      open[i] = true;
      One one = all.get(i);
      int end = one.looksBack() ? i : all.size();
      double sum = 1;
      for (int j = 0; j < end; j++) {
        if (one.leadsTo(all.get(j))) {
          sum += expansions(j, known, open);
        }
      }
      open[i] = false;
      known[i] = sum;
    }
    return known[i];
  }
}
