package io.grokgrid.group;

import java.util.BitSet;

/**
 * A subgroup of {@link Permutations}.
 *
 * @param members nobody changes them
 */
record Subgroup(BitSet members) {
  int order() {
    return members.cardinality();
  }

  /** How many cosets it has. */
  int index() {
    return Permutations.ORDER / order();
  }

  /** g^-1 H g. */
  Subgroup conjugate(Permutations group, int g) {
    BitSet conjugates = new BitSet(Permutations.ORDER);
    members.stream()
        .map(h -> group.product(group.product(group.inverse(g), h), g))
        .forEach(conjugates::set);
    return new Subgroup(conjugates);
  }

  /** The cosets H g: {@code order} members each, one coset behind the other, (120). */
  int[] rightCosets(Permutations group) {
    return cosets(group, true);
  }

  /** The cosets g H, likewise. */
  int[] leftCosets(Permutations group) {
    return cosets(group, false);
  }

  private int[] cosets(Permutations group, boolean right) {
    int[] cosets = new int[Permutations.ORDER];
    BitSet seen = new BitSet(Permutations.ORDER);
    int count = 0;
    for (int g = 0; g < Permutations.ORDER; g = seen.nextClearBit(g)) {
      for (int h = members.nextSetBit(0); h >= 0; h = members.nextSetBit(h + 1)) {
        int member = right ? group.product(h, g) : group.product(g, h);
        seen.set(member);
        cosets[count++] = member;
      }
    }
    return cosets;
  }
}
