package io.grokgrid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.grokgrid.base.Randomness;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineManager.class)
class DropoutTest {
  private final NDManager manager;

  DropoutTest(NDManager manager) {
    this.manager = manager;
  }

  private Dropout dropout(double probability, long seed) {
    return new Dropout(manager, probability, Randomness.stream(seed, "dropout"));
  }

  /** Within five standard deviations of the binomial share, in numbers at even and odd places. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 0.9})
  void leavesOutThatShareAndKeepsTheMean(double probability) {
    int half = 50_000;
    int size = 2 * half + 1;
    NDArray ones = manager.ones(new Shape(size), DataType.FLOAT32);
    float[] kept = dropout(probability, 1).of(ones).toFloatArray();
    float factor = (float) (1 / (1 - probability));
    int[] zeros = new int[2];
    for (int i = 0; i < size; i++) {
      assertThat(kept[i] == 0 || kept[i] == factor).isTrue();
      zeros[i % 2] += kept[i] == 0 ? 1 : 0;
    }
    double deviation = Math.sqrt(probability * (1 - probability) / half);
    assertThat(zeros[0] / (half + 1.0)).isCloseTo(probability, within(5 * deviation));
    assertThat(zeros[1] / (double) half).isCloseTo(probability, within(5 * deviation));
    double mean = (size - zeros[0] - zeros[1]) / (double) size * factor;
    assertThat(mean).isCloseTo(1, within(5 * deviation / (1 - probability)));
  }

  /** Neighbours share a draw of 64 bits; the halves must not know of each other. */
  @Test
  void neighboursAreLeftOutIndependently() {
    int pairs = 50_000;
    float[] kept =
        dropout(0.5, 2).of(manager.ones(new Shape(pairs, 2), DataType.FLOAT32)).toFloatArray();
    int both = 0;
    for (int i = 0; i < pairs; i++) {
      both += kept[2 * i] == 0 && kept[2 * i + 1] == 0 ? 1 : 0;
    }
    assertThat(both / (double) pairs).isCloseTo(0.25, within(5 * Math.sqrt(0.1875 / pairs)));
  }

  @Test
  void probabilityZeroChangesNothing() {
    float[] values = {1, -2, 3};
    assertThat(dropout(0, 1).of(manager.create(values)).toFloatArray()).isEqualTo(values);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void scalesWhatItKeepsAtAnySize(int size) {
    double[] values = new double[size];
    Arrays.setAll(values, i -> i + 1);
    double[] sum = new double[size];
    int draws = 4000;
    Dropout dropout = dropout(0.5, 3);
    for (int draw = 0; draw < draws; draw++) {
      try (NDArray x = manager.create(values);
          NDArray left = dropout.of(x)) {
        double[] result = left.toDoubleArray();
        for (int i = 0; i < size; i++) {
          assertThat(result[i]).isIn(0.0, 2 * values[i]);
          sum[i] += result[i];
        }
      }
    }
    for (int i = 0; i < size; i++) {
      assertThat(sum[i] / draws).isCloseTo(values[i], within(5 * values[i] / Math.sqrt(draws)));
    }
  }

  @Test
  void isAFunctionOfItsStreamInTheOrderOfTheCalls() {
    NDArray x = manager.ones(new Shape(3, 5), DataType.FLOAT64);
    Dropout one = dropout(0.5, 1);
    double[] first = one.of(x).toDoubleArray();
    double[] second = one.of(x).toDoubleArray();
    Dropout same = dropout(0.5, 1);
    assertThat(same.of(x).toDoubleArray()).isEqualTo(first);
    assertThat(same.of(x).toDoubleArray()).isEqualTo(second).isNotEqualTo(first);
    assertThat(dropout(0.5, 2).of(x).toDoubleArray()).isNotEqualTo(first);
  }

  @Test
  void maskIsTheSameInParts() {
    NDArray ones = manager.ones(new Shape(4, 7), DataType.FLOAT32);
    Dropout one = dropout(0.5, 1);
    one.of(manager.ones(new Shape(5), DataType.FLOAT32));
    float[] expected = one.of(ones).toFloatArray();
    Dropout same = dropout(0.5, 1);
    same.mask(5);
    Dropout.Mask mask = same.mask(28);
    float[] columns = new float[29];
    for (int row : new int[] {2, 0, 3, 1}) {
      mask.put(columns, 1 + row, 4, 7L * row, 7);
    }
    for (int i = 0; i < 28; i++) {
      assertThat(columns[1 + i % 7 * 4 + i / 7]).isEqualTo(expected[i]);
    }
  }
}
