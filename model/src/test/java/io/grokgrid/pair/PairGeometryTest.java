package io.grokgrid.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.math.Vectors;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairGeometryTest {
  private static final int N = 3;
  private static final int UNITS = Vectors.BLOCK + 1;

  /** Every combination of what may be there or not; places with one that no position has. */
  static List<PairGeometry> everyCombination() {
    List<PairGeometry> all = new ArrayList<>();
    for (int flags = 0; flags < 1 << 5; flags++) {
      int length = is(flags, 0) ? 3 : 2;
      for (int places : new int[] {0, length, length + 1}) {
        for (int distances : new int[] {1, length}) {
          all.add(geometry(flags, length, places, distances));
        }
      }
    }
    return all;
  }

  private static PairGeometry geometry(int flags, int length, int places, int distances) {
    boolean fixed = is(flags, 2);
    return new PairGeometry(
        N,
        length,
        is(flags, 0),
        is(flags, 1),
        places,
        fixed && is(flags, 4) ? 0 : 2,
        fixed,
        distances,
        is(flags, 3),
        UNITS,
        N,
        is(flags, 4));
  }

  private static boolean is(int flags, int bit) {
    return (flags >> bit & 1) != 0;
  }

  /** An array of which every number behind the lead must be taken once. */
  private static final class Tiling {
    private final boolean[] taken;

    Tiling(int size) {
      taken = new boolean[size];
    }

    void take(int from, int count) {
      assertThat(from).isBetween(Vectors.LEAD, taken.length - count);
      for (int i = from; i < from + count; i++) {
        assertThat(taken[i]).as("number %d is taken twice", i).isFalse();
        taken[i] = true;
      }
    }

    /** Takes rows, which vector instructions want at a multiple of a block. */
    void takeRow(int from, int width) {
      assertThat((from - Vectors.LEAD) % Vectors.BLOCK).isZero();
      assertThat(width % Vectors.BLOCK).isZero();
      take(from, width);
    }

    void isFull() {
      for (int i = Vectors.LEAD; i < taken.length; i++) {
        assertThat(taken[i]).as("number %d is taken", i).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyCombination")
  void tablesFillTheirArrayWithoutOverlap(PairGeometry geometry) {
    int width = geometry.straight() ? geometry.width() : geometry.hidden();
    Tiling tiling = new Tiling(geometry.tablesSize());
    for (int row = 0; row < geometry.valueRows(); row++) {
      for (int head = 0; head < geometry.heads(); head++) {
        tiling.takeRow(geometry.valueRow(head, row), width);
      }
    }
    for (int row = 0; row < geometry.ownRows(); row++) {
      tiling.takeRow(geometry.ownRow(row), width);
    }
    tiling.takeRow(geometry.productAt(), geometry.classes() * geometry.hidden());
    if (!geometry.fixedWeights()) {
      tiling.take(geometry.scoresAt(), geometry.scores(geometry.length() - 1));
    }
    tiling.isFull();
  }

  @ParameterizedTest
  @MethodSource("everyCombination")
  void rowsOfTheKernelFillTheirArrayWithoutOverlap(PairGeometry geometry) {
    Tiling tiling = new Tiling(geometry.rowsSize());
    for (int position = 0; position < (geometry.isOneSided() ? 1 : 2); position++) {
      for (int operand = 0; operand < N; operand++) {
        for (int head = 0; head < geometry.heads(); head++) {
          int row = geometry.row(position, operand) + head * geometry.headStride();
          tiling.takeRow(row, geometry.width());
        }
      }
    }
    for (int right = 0; right < (geometry.hasOneBase() ? 1 : N); right++) {
      tiling.takeRow(geometry.baseRow(right), geometry.width());
    }
    tiling.isFull();
  }

  /** What both operands or all pairs have in common lies in one place. */
  @ParameterizedTest
  @MethodSource("everyCombination")
  void whatIsSharedHasOneRow(PairGeometry geometry) {
    for (int operand = 0; operand < N; operand++) {
      assertThat(geometry.row(0, operand) == geometry.row(1, operand))
          .isEqualTo(geometry.isOneSided());
      assertThat(geometry.baseRow(operand) == geometry.baseRow(0))
          .isEqualTo(operand == 0 || geometry.hasOneBase());
    }
  }

  /** Tokens of both operands, but where they share them; then '='; then positions. */
  @ParameterizedTest
  @MethodSource("everyCombination")
  void tokensAndPositionsHaveRowsOfTheirOwn(PairGeometry geometry) {
    Set<Integer> rows = new HashSet<>();
    for (int operand = 0; operand < N; operand++) {
      assertThat(rows.add(geometry.tokenRow(0, operand, N - 1))).isTrue();
    }
    for (int operand = 0; operand < N; operand++) {
      assertThat(rows.add(geometry.tokenRow(1, 0, operand))).isEqualTo(geometry.separateOperands());
    }
    assertThat(!geometry.equalsToken() || rows.add(geometry.tokenRow(2, 1, 1))).isTrue();
    assertThat(rows).hasSize(geometry.tokens()).allMatch(row -> row < geometry.tokens());
    for (int place = 0; place < geometry.places(); place++) {
      assertThat(rows.add(geometry.positionRow(place))).isTrue();
    }
    assertThat(rows).hasSize(geometry.rows()).allMatch(row -> row >= 0 && row < geometry.rows());
  }

  /** Of '=' there is one row of queries, of any other position R. */
  @ParameterizedTest
  @MethodSource("everyCombination")
  void scoresAreOfEveryHeadDistanceQueryAndKey(PairGeometry geometry) {
    int keys = geometry.attentionHeads() * geometry.distances() * geometry.rows();
    for (int position = 0; position < geometry.length(); position++) {
      int queries = position == 2 ? 1 : geometry.rows();
      assertThat(geometry.queryRows(position)).isEqualTo(queries);
      assertThat(geometry.scores(position)).isEqualTo(keys * queries);
    }
  }

  static Stream<TransformerSpec> transformers() {
    return Stream.of(Encoding.values())
        .flatMap(
            encoding ->
                Stream.of(true, false)
                    .map(
                        equals ->
                            Models.parts()
                                .encoding(encoding)
                                .equalsToken(equals)
                                .separateOperands(equals)
                                .model()));
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void tokensAreThoseOfTheTransformer(TransformerSpec model) {
    PairGeometry geometry = PairGeometry.of(model, N);
    assertThat(geometry.tokens()).isEqualTo(model.tokens(N));
    for (int pair = 0; pair < N * N; pair++) {
      long[] tokens = model.pair(pair / N, pair % N, N);
      assertThat(tokens).hasSize(geometry.length());
      for (int position = 0; position < tokens.length; position++) {
        assertThat(geometry.tokenRow(position, pair / N, pair % N)).isEqualTo(tokens[position]);
      }
    }
  }

  /** Rows of W_pos, more than positions here; sinusoids have none, but one for every position. */
  @Test
  void onlyWhatIsAddedToTheEmbeddingHasPlaces() {
    for (Encoding encoding : Encoding.values()) {
      int places =
          switch (encoding) {
            case LEARNED -> 7;
            case SINUSOIDAL -> 3;
            case NONE, ROPE, ALIBI, ROPE_MIXED -> 0;
          };
      TransformerSpec model = Models.parts().encoding(encoding).positions(7).model();
      assertThat(PairGeometry.of(model, N).places()).as("%s", encoding).isEqualTo(places);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void onlyAtRateZeroAreWeightsFixed(double rate) {
    TransformerSpec model = Models.parts().attentionRate(rate).model();
    PairGeometry geometry = PairGeometry.of(model, N);
    assertThat(geometry.fixedWeights()).isEqualTo(rate == 0);
    assertThat(geometry.heads()).isEqualTo(rate == 0 ? 1 : 2);
  }

  /** Concatenated operands meet different rows of the first matrix, whatever their embeddings. */
  @Test
  void anEmbeddingMlpHasRowsForEachSideUnlessItAddsSharedEmbeddings() {
    for (Combine combine : Combine.values()) {
      for (boolean separate : new boolean[] {false, true}) {
        EmbeddingMlpSpec model = Models.mlp().combine(combine).separateOperands(separate).model();
        PairGeometry geometry = PairGeometry.of(model, N);
        boolean shared = combine == Combine.SUM && !separate;
        assertThat(geometry.rows()).isEqualTo(shared ? N : 2 * N);
        assertThat(geometry.isOneSided()).isEqualTo(shared);
        assertThat(geometry.tablesSize())
            .isEqualTo(geometry.productAt() + geometry.classes() * geometry.hidden());
      }
    }
  }

  @Test
  void widthsArePaddedToBlocks() {
    PairGeometry geometry = everyCombination().get(0);
    assertThat(geometry.hidden()).isEqualTo(2 * Vectors.BLOCK);
    assertThat(geometry.classes()).isEqualTo(Vectors.BLOCK);
    assertThat(geometry.width()).isEqualTo(3 * Vectors.BLOCK);
  }
}
