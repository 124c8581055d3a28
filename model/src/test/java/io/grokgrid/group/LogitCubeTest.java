package io.grokgrid.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.task.PermutationOperation;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineManager.class)
class LogitCubeTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final Group S5 = Group.permutations();

  private final NDManager manager;

  LogitCubeTest(NDManager manager) {
    this.manager = manager;
  }

  /** tr(rho(a) rho(b) rho(c^-1)), from the matrices. */
  @Test
  void aCharactersCubeIsTheTraceOfTheProduct() {
    Permutations group = new Permutations();
    OrthogonalForm form = new OrthogonalForm(group, 3, 2);
    Irreducible of = Irreducible.of("5d_b", form);
    int[] answers = PermutationOperation.COMPOSE.table();
    LogitCube cube = new LogitCube(S5, new double[120 * 120 * 120], answers);
    double[] logits = cube.restricted(of.character());
    int d = form.dimension();
    for (int i = 0; i < logits.length; i += 977) {
      double[] a = form.matrix(i / 120 / 120);
      double[] b = form.matrix(i / 120 % 120);
      double[] inverse = form.matrix(group.inverse(i % 120));
      double trace = 0;
      for (int jkl = 0; jkl < d * d * d; jkl++) {
        int j = jkl / d / d;
        int k = jkl / d % d;
        int l = jkl % d;
        trace += a[j * d + k] * b[k * d + l] * inverse[l * d + j];
      }
      assertThat(logits[i]).isCloseTo(trace, EXACT);
    }
  }

  /** Characters have equal lengths: of 3 chi + 4 chi' + constants the cosines are 3/5 and 4/5. */
  @ParameterizedTest
  @EnumSource
  void findsWhatASumOfCubesIsMadeOf(PermutationOperation operation) {
    int[] answers = operation.table();
    Irreducible standard = S5.irreducibles().get(2);
    Irreducible six = S5.irreducibles().get(6);
    double[] logits = new double[120 * 120 * 120];
    Arrays.setAll(
        logits,
        i -> {
          int u = S5.quotient(answers[i / 120], i % 120);
          return 3 * standard.character()[u] + 4 * six.character()[u] + i / 120 % 7;
        });
    LogitCube cube = new LogitCube(S5, logits, answers);
    for (Irreducible irreducible : S5.nontrivial()) {
      double cosine = irreducible == standard ? 0.6 : irreducible == six ? 0.8 : 0;
      assertThat(cube.similarity(irreducible)).isCloseTo(cosine, EXACT);
      assertThat(cube.isKey(irreducible)).isEqualTo(cosine > 0);
    }
    assertThat(cube.explained()).isCloseTo(1, EXACT);
    assertThat(Arrays.stream(cube.excluded(cube.keyPart())).map(Math::abs).max().orElseThrow())
        .isLessThan(1e-11);
    for (int u = 0; u < 120; u++) {
      double kept = 3 * standard.character()[u] + 4 * six.character()[u];
      assertThat(cube.keyPart()[u]).isCloseTo(kept, EXACT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6, 7})
  void findsTheFrequenciesOfResidues(int n) {
    Group group = Group.cyclic(n);
    int[] answers = new int[n * n];
    Arrays.setAll(answers, pair -> Math.floorMod(pair / n - pair % n, n));
    int k = n / 2;
    double[] logits = new double[n * n * n];
    Arrays.setAll(logits, i -> 5 * Math.cos(2 * Math.PI * k * (answers[i / n] - i % n) / n));
    LogitCube cube = new LogitCube(group, logits, answers);
    for (Irreducible irreducible : group.nontrivial()) {
      double cosine = irreducible.name().equals(Integer.toString(k)) ? 1 : 0;
      assertThat(cube.similarity(irreducible)).isCloseTo(cosine, EXACT);
    }
    assertThat(cube.restricted(cube.keyPart())).containsExactly(logits, within(1e-11));
  }

  @Test
  void logitsWithoutDifferencesHaveNoSimilarity() {
    int[] answers = PermutationOperation.COMPOSE.table();
    LogitCube cube = new LogitCube(S5, new double[120 * 120 * 120], answers);
    for (Irreducible irreducible : S5.nontrivial()) {
      assertThat(cube.similarity(irreducible)).isNaN();
      assertThat(cube.isKey(irreducible)).isFalse();
    }
    assertThat(cube.keyPart()).containsOnly(0);
  }

  @Test
  void whatIsNotANumberStaysNone() {
    int[] answers = PermutationOperation.COMPOSE.table();
    double[] logits = new double[120 * 120 * 120];
    logits[5] = Double.NaN;
    assertThat(new LogitCube(S5, logits, answers).keyPart()).containsOnly(Double.NaN);
  }

  /** Of c113_seed1's frequency 16, as published with the weights, in float32. */
  @Test
  void findsThePublishedNumbersOfOneFrequency() {
    Subject subject = Peer.named("c113_seed1").subject(manager);
    Group group = Group.cyclic(113);
    Irreducible of = group.irreducibles().get(16);
    LogitCube cube = new LogitCube(group, subject.logits(), subject.task().table());
    double[] part = cube.part(of);
    assertThat(cube.similarity(of)).isCloseTo(0.7779734134674072, within(1e-6));
    assertThat(subject.labels().loss(cube.restricted(part), Part.ALL))
        .isCloseTo(2.0430293822045393, within(1e-5));
    assertThat(subject.labels().loss(cube.excluded(part), Part.TRAIN))
        .isCloseTo(4.962841235053736, within(1e-5));
  }

  /** Of the same network. */
  @Test
  void findsThePublishedSharesOfOneFrequency() {
    Subject subject = Peer.named("c113_seed1").subject(manager);
    Irreducible of = Group.cyclic(113).irreducibles().get(16);
    assertThat(Functions.of(subject.matrices(), subject.embedding(0), 113).share(of))
        .isCloseTo(0.3478724956512451, within(1e-6));
    assertThat(Functions.ofRows(subject.matrices(), subject.readout(), 113).share(of))
        .isCloseTo(0.3920470178127289, within(1e-6));
  }

  /**
   * Published shares of hidden units are a little larger: those of a residue's rotation, four
   * elements of which only two are independent, are projected on four orthonormal functions, two of
   * them rounding.
   */
  @Test
  void sharesOfHiddenUnitsAreThoseOfTheSpanAlone() {
    Subject subject = Peer.named("c113_seed1").subject(manager);
    Irreducible of = Group.cyclic(113).irreducibles().get(16);
    int[] sums = subject.task().table();
    assertThat(hidden(subject, pair -> pair / 113).share(of)).isBetween(0.185, 0.1889563947);
    assertThat(hidden(subject, pair -> pair % 113).share(of)).isBetween(0.185, 0.1870135515);
    assertThat(hidden(subject, pair -> sums[pair]).share(of)).isBetween(0.086, 0.0878942757);
  }

  private static Functions hidden(Subject subject, IntUnaryOperator element) {
    int[] elements = new int[113 * 113];
    Arrays.setAll(elements, element);
    return Functions.ofPairs(subject.matrices(), subject.hidden(), elements, 113);
  }
}
