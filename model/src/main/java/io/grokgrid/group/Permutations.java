package io.grokgrid.group;

import io.grokgrid.task.PermutationOperation;
import java.util.Arrays;
import java.util.List;

/**
 * The symmetric group of five things, with the numbers and the product of {@link
 * PermutationOperation}: a b is a, then b. Element 0 is the identity.
 */
final class Permutations {
  static final int THINGS = 5;
  static final int ORDER = PermutationOperation.ELEMENTS;

  private final List<int[]> images = PermutationOperation.group();
  private final int[] products = PermutationOperation.COMPOSE.table();
  private final int[] inverses = new int[ORDER];
  private final int[] adjacent = new int[THINGS - 1];

  Permutations() {
    for (int pair = 0; pair < products.length; pair++) {
      if (products[pair] == 0) {
        inverses[pair / ORDER] = pair % ORDER;
      }
    }
    Arrays.setAll(adjacent, this::findAdjacent);
  }

  private int findAdjacent(int i) {
    int[] swapped = images.get(0).clone();
    swapped[i] = i + 1;
    swapped[i + 1] = i;
    int element = 0;
    while (!Arrays.equals(images.get(element), swapped)) {
      element++;
    }
    return element;
  }

  int product(int a, int b) {
    return products[a * ORDER + b];
  }

  int inverse(int a) {
    return inverses[a];
  }

  /** The element that swaps i and i + 1, i from 0 to 3. */
  int adjacent(int i) {
    return adjacent[i];
  }

  /** How many things stay where they are. */
  int fixed(int a) {
    int fixed = 0;
    for (int i = 0; i < THINGS; i++) {
      fixed += images.get(a)[i] == i ? 1 : 0;
    }
    return fixed;
  }

  /** Whether it is a product of an odd number of transpositions. */
  boolean isOdd(int a) {
    int inversions = 0;
    for (int i = 0; i < THINGS; i++) {
      for (int j = 0; j < i; j++) {
        inversions += images.get(a)[j] > images.get(a)[i] ? 1 : 0;
      }
    }
    return inversions % 2 == 1;
  }
}
