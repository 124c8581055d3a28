package io.grokgrid.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubgroupClassTest {
  private static final Permutations GROUP = new Permutations();
  private static final List<SubgroupClass> CLASSES = SubgroupClass.all(GROUP);

  private static List<Subgroup> all() {
    return CLASSES.stream().flatMap(of -> of.conjugates().stream()).toList();
  }

  @Test
  void thereAre156SubgroupsIn19Classes() {
    assertThat(CLASSES).hasSize(19);
    assertThat(new HashSet<>(all())).hasSize(156);
    Map<String, Integer> sizes =
        CLASSES.stream().collect(Collectors.toMap(SubgroupClass::name, c -> c.conjugates().size()));
    assertThat(sizes)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("1", 1),
                Map.entry("S2", 10),
                Map.entry("C2", 15),
                Map.entry("C3", 10),
                Map.entry("C4", 15),
                Map.entry("V4", 5),
                Map.entry("S2xS2", 15),
                Map.entry("C5", 6),
                Map.entry("C6", 10),
                Map.entry("S3", 10),
                Map.entry("S3_twisted", 10),
                Map.entry("D8", 15),
                Map.entry("D10", 6),
                Map.entry("A4", 5),
                Map.entry("S3xS2", 10),
                Map.entry("F20", 6),
                Map.entry("S4", 5),
                Map.entry("A5", 1),
                Map.entry("S5", 1)));
  }

  @Test
  void eachIsClosed() {
    for (Subgroup subgroup : all()) {
      assertThat(Permutations.ORDER % subgroup.order()).isZero();
      subgroup.members().stream()
          .forEach(
              a ->
                  subgroup.members().stream()
                      .forEach(
                          b -> assertThat(subgroup.members().get(GROUP.product(a, b))).isTrue()));
    }
  }

  /** A right coset H g is what the products of a member with g are, a left one g H. */
  @Test
  void cosetsPartTheGroup() {
    for (Subgroup subgroup : all()) {
      int order = subgroup.order();
      int[] right = subgroup.rightCosets(GROUP);
      int[] left = subgroup.leftCosets(GROUP);
      assertThat(right).containsExactlyInAnyOrder(IntStream.range(0, 120).toArray());
      assertThat(left).containsExactlyInAnyOrder(IntStream.range(0, 120).toArray());
      for (int from = 0; from < 120; from += order) {
        int g = right[from];
        int f = left[from];
        assertThat(coset(right, from, order))
            .isEqualTo(members(subgroup, h -> GROUP.product(h, g)));
        assertThat(coset(left, from, order)).isEqualTo(members(subgroup, h -> GROUP.product(f, h)));
      }
    }
  }

  private static Set<Integer> coset(int[] cosets, int from, int order) {
    return Arrays.stream(cosets, from, from + order).boxed().collect(Collectors.toSet());
  }

  private static Set<Integer> members(Subgroup subgroup, IntUnaryOperator moved) {
    return subgroup.members().stream().map(moved).boxed().collect(Collectors.toSet());
  }

  @Test
  void cosetsAreLookedAtWhereThereAre2To30() {
    assertThat(CosetShares.known().classes())
        .extracting(SubgroupClass::name)
        .containsExactlyInAnyOrder(
            "A5",
            "S4",
            "F20",
            "A4",
            "S3xS2",
            "D10",
            "D8",
            "S3",
            "S3_twisted",
            "C6",
            "C5",
            "C4",
            "V4",
            "S2xS2");
  }
}
