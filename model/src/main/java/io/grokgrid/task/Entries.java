package io.grokgrid.task;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The entries of a table, pair (a, b) of index {@code a * n + b}, in the order of its split. */
final class Entries {
  private final TableTask task;
  private final int n;
  private final int[] table;

  Entries(TableTask task) {
    this.task = task;
    n = task.elements();
    table = task.table();
  }

  /** Those that have an answer; the first {@link TableTask#trainExamples} are trained on. */
  int[] inOrder() {
    int[] defined = defined();
    return switch (task.splitUnit()) {
      case PAIR -> chosen(defined, order(defined.length)).toArray();
      case UNORDERED_PAIR -> flat(ending(units(defined), task.trainExamples()));
    };
  }

  private int[] order(int count) {
    return task.split().order(count, task.splitSeed());
  }

  private static IntStream chosen(int[] from, int[] order) {
    return IntStream.of(order).map(i -> from[i]);
  }

  private int[] defined() {
    IntStream pairs =
        switch (task.splitOrder()) {
          case OPERANDS -> IntStream.range(0, n * n);
          case QUOTIENTS -> byAnswer();
        };
    return pairs.filter(pair -> table[pair] >= 0).toArray();
  }

  private IntStream byAnswer() {
    int[] pairs = new int[n * n]; // at answer * n + b
    for (int pair = 0; pair < n * n; pair++) {
      if (table[pair] >= 0) {
        pairs[table[pair] * n + pair % n] = pair;
      }
    }
    return IntStream.of(pairs);
  }

  /** (a, b) and (b, a), or one entry where there is no other, each at the place of its first. */
  private List<int[]> units(int[] defined) {
    List<int[]> units = new ArrayList<>();
    boolean[] taken = new boolean[n * n];
    for (int pair : defined) {
      int other = pair % n * n + pair / n;
      if (!taken[pair]) {
        taken[pair] = true;
        taken[other] = true;
        boolean isAlone = other == pair || table[other] < 0;
        units.add(isAlone ? new int[] {pair} : new int[] {pair, other});
      }
    }
    return IntStream.of(order(units.size())).mapToObj(units::get).toList();
  }

  /**
   * The units so that one ends behind so many entries. Where the one that does not fit would be
   * cut, the next of one entry comes before it; if there is none, the last of one entry before it
   * changes places with it.
   */
  private static List<int[]> ending(List<int[]> units, int entries) {
    List<int[]> moved = new ArrayList<>(units);
    int count = 0;
    int cut = 0;
    while (count + moved.get(cut).length <= entries) {
      count += moved.get(cut++).length;
    }
    if (count < entries) {
      int later = single(moved, IntStream.range(cut, moved.size()));
      if (later >= 0) {
        moved.add(cut, moved.remove(later));
      } else {
        int end = cut;
        int earlier = single(moved, IntStream.range(0, cut).map(i -> end - 1 - i));
        moved.add(cut, moved.remove(earlier));
      }
    }
    return moved;
  }

  /** The first of one entry, -1 if there is none. */
  private static int single(List<int[]> units, IntStream places) {
    return places.filter(place -> units.get(place).length == 1).findFirst().orElse(-1);
  }

  private static int[] flat(List<int[]> units) {
    return units.stream().flatMapToInt(IntStream::of).toArray();
  }
}
