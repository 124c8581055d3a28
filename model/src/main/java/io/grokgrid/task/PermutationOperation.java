package io.grokgrid.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A binary operation on the permutations of five things (Power et al. 2022, appendix A.1.1; the
 * same names as in configuration). Permutations are numbered in the lexicographic order of their
 * images of (0, .., 4); the product a b is a, then b: its image of i is b[a[i]], as array indexing
 * {@code b[a]} in their released code.
 */
public enum PermutationOperation {
  /** a b. */
  COMPOSE,
  /** a b a^-1. */
  CONJUGATE,
  /** a b a. */
  SANDWICH;

  private static final int THINGS = 5;

  /** Order of the group, 5!. */
  public static final int ELEMENTS = 120;

  /** Entry {@code a * 120 + b} is the number of the answer to (a, b). */
  public int[] table() {
    List<int[]> group = group();
    int[] answers = new int[ELEMENTS * ELEMENTS];
    for (int a = 0; a < ELEMENTS; a++) {
      for (int b = 0; b < ELEMENTS; b++) {
        answers[a * ELEMENTS + b] = number(answer(group.get(a), group.get(b)));
      }
    }
    return answers;
  }

  private int[] answer(int[] a, int[] b) {
    int[] product = product(a, b);
    return switch (this) {
      case COMPOSE -> product;
      case CONJUGATE -> product(product, inverse(a));
      case SANDWICH -> product(product, a);
    };
  }

  /** First one, then the other. */
  private static int[] product(int[] first, int[] second) {
    return Arrays.stream(first).map(image -> second[image]).toArray();
  }

  private static int[] inverse(int[] permutation) {
    int[] inverse = new int[THINGS];
    for (int i = 0; i < THINGS; i++) {
      inverse[permutation[i]] = i;
    }
    return inverse;
  }

  /** Images of all permutations, in lexicographic order; a copy. */
  public static List<int[]> group() {
    List<int[]> group = new ArrayList<>();
    add(new int[THINGS], 0, group);
    return group;
  }

  /** Those that begin with the first {@code chosen} images. */
  private static void add(int[] images, int chosen, List<int[]> group) {
    if (chosen == THINGS) {
      group.add(images.clone());
      return;
    }
    for (int image = 0; image < THINGS; image++) {
      int next = image;
      if (Arrays.stream(images, 0, chosen).noneMatch(taken -> taken == next)) {
        images[chosen] = next;
        add(images, chosen + 1, group);
      }
    }
  }

  /** The place in the lexicographic order: its digits in the factorial number system. */
  private static int number(int[] permutation) {
    int number = 0;
    for (int i = 0; i < THINGS; i++) {
      int image = permutation[i];
      long smaller = Arrays.stream(permutation, i + 1, THINGS).filter(j -> j < image).count();
      number = number * (THINGS - i) + (int) smaller;
    }
    return number;
  }
}
