package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.base.Randomness;
import io.grokgrid.fourier.Spectrum.Direction;
import io.grokgrid.math.Fourier;
import io.grokgrid.tensor.DoubleMatrices;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class SpectrumTest {
  private static final Offset<Double> EXACTLY = within(1e-11);

  private final DoubleMatrices matrices;

  SpectrumTest(NDManager manager) {
    matrices = new DoubleMatrices(manager);
  }

  @Test
  void aCosineOfTheSumIsAllOfItsOneFrequencyInTheAnswer() {
    for (int n : new int[] {2, 4, 7, 12}) {
      for (int k = 1; k <= n / 2; k++) {
        Spectrum spectrum = cosine(n, k, (a, b) -> a + b, 1);
        assertThat(spectrum.energy(Direction.ANSWER, k, 0))
            .isCloseTo(spectrum.variance(0), EXACTLY);
        assertThat(spectrum.quadraticShare(k, 0)).isCloseTo(1, EXACTLY);
        assertThat(explained(spectrum, n)).isCloseTo(1, EXACTLY);
      }
    }
  }

  @Test
  void aCosineOfTheDifferenceIsTheOtherDirectionAndTheAnswerOfSubtraction() {
    Spectrum ofSum = cosine(7, 3, (a, b) -> a - b, 1);
    assertThat(ofSum.energy(Direction.OTHER, 3)).isCloseTo(ofSum.variance(), EXACTLY);
    assertThat(ofSum.energy(Direction.ANSWER, 3)).isCloseTo(0, EXACTLY);
    Spectrum ofDifference = cosine(7, 3, (a, b) -> a - b, -1);
    assertThat(ofDifference.energy(Direction.ANSWER, 3)).isCloseTo(ofSum.variance(), EXACTLY);
  }

  @Test
  void aCosineOfOneOperandIsLinear() {
    for (int n : new int[] {2, 6, 9}) {
      assertThat(cosine(n, 1, (a, b) -> a, 1).linearShare(1, 0)).isCloseTo(1, EXACTLY);
      assertThat(cosine(n, 1, (a, b) -> b, -1).linearShare(1, 0)).isCloseTo(1, EXACTLY);
    }
  }

  @Test
  void whatNoFrequencyExplainsMixesFrequencies() {
    double[] mixed = values(7, (a, b) -> Math.cos(angle(7, a)) * Math.cos(angle(7, 2 * b)));
    assertThat(explained(new Spectrum(new Fourier(7), mixed, 1, matrices), 7))
        .isCloseTo(0, EXACTLY);
  }

  @Test
  void twoResiduesHaveAllTheirVarianceAtOneFrequency() {
    Spectrum spectrum = noise(2);
    for (int column = 0; column < 3; column++) {
      assertThat(spectrum.explained(1, column)).isCloseTo(1, EXACTLY);
    }
  }

  /** A function of the sum alone has no other variance: Parseval's theorem. */
  @Test
  void theFrequenciesOfAFunctionOfTheAnswerHaveAllItsVariance() {
    for (int n : new int[] {5, 8}) {
      double[] ofSum = noise(n, 1);
      double[] x = values(n, (a, b) -> ofSum[(a + b) % n]);
      Spectrum spectrum = new Spectrum(new Fourier(n), x, 1, matrices);
      double sum =
          IntStream.rangeClosed(1, n / 2)
              .mapToDouble(k -> spectrum.energy(Direction.ANSWER, k))
              .sum();
      assertThat(sum).isCloseTo(spectrum.variance(), EXACTLY);
      double[] all = spectrum.ofAnswer(IntStream.rangeClosed(1, n / 2).boxed().toList());
      for (int s = 0; s < n; s++) {
        assertThat(all[s] + spectrum.mean(0)).isCloseTo(ofSum[s], EXACTLY);
      }
    }
  }

  /** The block of the 2D transform that {1, cos, sin} of both operands span has the same energy. */
  @Test
  void explainsWhatTheTransformOnBothOperandsHasAtThatFrequency() {
    for (int n : new int[] {6, 7}) {
      Fourier fourier = new Fourier(n);
      double[] x = noise(n * n, 3);
      Spectrum spectrum = new Spectrum(fourier, x, 1, matrices);
      double[] both = matrices.onBothOperands(x, fourier.basis(), n, 3);
      for (int k = 1; k <= n / 2; k++) {
        int frequency = k;
        double block =
            IntStream.range(1, n * n)
                .filter(i -> isOf(frequency, i / n) && isOf(frequency, i % n))
                .mapToDouble(i -> both[i * 3 + 1] * both[i * 3 + 1])
                .sum();
        assertThat(spectrum.explained(k, 1) * spectrum.variance(1)).isCloseTo(block, EXACTLY);
      }
    }
  }

  private static boolean isOf(int k, int row) {
    return row == 0 || Fourier.frequency(row) == k;
  }

  @Test
  void aConstantHasNoVariance() {
    double[] x = new double[49];
    Arrays.fill(x, 0.1);
    assertThat(new Spectrum(new Fourier(7), x, 1, matrices).variance()).isZero();
  }

  /** SCIENCE section E: the demonstration that a ReLU makes products. */
  @Test
  void findsTheQuadraticPartOfARectifiedSumOfCosines() {
    int n = 113;
    int k = 42;
    double height = Math.sqrt(2.0 / n);
    double[] x =
        values(
            n,
            (a, b) -> {
              double left = height * Math.cos(angle(n, k * a));
              double right = height * Math.cos(angle(n, k * b));
              return Math.max(1 / (2 * Math.sqrt(n)) + left + right, 0);
            });
    Spectrum spectrum = new Spectrum(new Fourier(n), x, 1, matrices);
    int row = Fourier.cosine(k);
    assertThat(spectrum.mean(0)).isCloseTo(0.08133, within(5e-6));
    assertThat(spectrum.coefficient(Direction.LEFT, row, 0)).isCloseTo(6.807, within(5e-4));
    assertThat(spectrum.coefficient(Direction.RIGHT, row, 0)).isCloseTo(6.807, within(5e-4));
    double sum = spectrum.coefficient(Direction.ANSWER, row, 0);
    double difference = spectrum.coefficient(Direction.OTHER, row, 0);
    assertThat((sum + difference) / Math.sqrt(2)).isCloseTo(3.566, within(5e-4));
    assertThat(spectrum.explained(k, 0)).isCloseTo(0.966, within(5e-4));
    assertThat(spectrum.linearShare(k, 0)).isCloseTo(0.849, within(5e-4));
  }

  @Test
  void projectsOnTheFrequenciesThatAreAsked() {
    Spectrum spectrum = cosine(9, 2, (a, b) -> a + b, 1);
    double[] projected = spectrum.ofAnswer(List.of(2, 3));
    for (int s = 0; s < 9; s++) {
      assertThat(projected[s]).isCloseTo(Math.cos(angle(9, 2 * s)), EXACTLY);
    }
    assertThat(DoubleStream.of(spectrum.ofAnswer(List.of(1, 3))).map(Math::abs).max().orElse(1))
        .isCloseTo(0, EXACTLY);
  }

  private static double explained(Spectrum spectrum, int n) {
    return IntStream.rangeClosed(1, n / 2).mapToDouble(k -> spectrum.explained(k, 0)).sum();
  }

  private Spectrum cosine(int n, int k, IntBinaryOperator of, int sign) {
    double[] x = values(n, (a, b) -> Math.cos(angle(n, k * of.applyAsInt(a, b))));
    return new Spectrum(new Fourier(n), x, sign, matrices);
  }

  private Spectrum noise(int n) {
    return new Spectrum(new Fourier(n), noise(n * n, 3), 1, matrices);
  }

  private static double[] noise(int rows, int columns) {
    Randomness random = Randomness.stream(1, "noise");
    return DoubleStream.generate(random::nextGaussian).limit((long) rows * columns).toArray();
  }

  private static double angle(int n, int x) {
    return 2 * Math.PI * x / n;
  }

  private interface Function {
    double at(int a, int b);
  }

  private static double[] values(int n, Function of) {
    double[] x = new double[n * n];
    Arrays.setAll(x, pair -> of.at(pair / n, pair % n));
    return x;
  }
}
