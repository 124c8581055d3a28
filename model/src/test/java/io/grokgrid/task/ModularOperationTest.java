package io.grokgrid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.base.Refused;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModularOperationTest {
  /** Every entry against arbitrary precision, with Fermat's inverse for quotients. */
  @ParameterizedTest
  @EnumSource
  void agreesWithBigIntegers(ModularOperation operation) {
    int p = 97;
    int[] table = operation.table(p);
    for (int a = 0; a < p; a++) {
      for (int b = 0; b < p; b++) {
        assertThat(table[a * p + b])
            .as("%d %s %d", a, operation, b)
            .isEqualTo(exact(operation, a, b, p));
      }
    }
  }

  private static int exact(ModularOperation operation, int a, int b, int p) {
    BigInteger m = BigInteger.valueOf(p);
    BigInteger x = BigInteger.valueOf(a);
    BigInteger y = BigInteger.valueOf(b);
    BigInteger quotient = x.multiply(y.modPow(m.subtract(BigInteger.TWO), m));
    BigInteger squares = x.pow(2).add(y.pow(2));
    BigInteger value =
        switch (operation) {
          case ADD -> x.add(y);
          case SUBTRACT -> x.subtract(y);
          case MULTIPLY -> x.multiply(y);
          case DIVIDE -> b == 0 ? BigInteger.valueOf(-1) : quotient.mod(m);
          case X2_PLUS_Y2 -> squares;
          case X2_PLUS_XY_PLUS_Y2 -> squares.add(x.multiply(y));
          case X2_PLUS_XY_PLUS_Y2_PLUS_X -> squares.add(x.multiply(y)).add(x);
          case X3_PLUS_XY -> x.pow(3).add(x.multiply(y));
          case X3_PLUS_XY2_PLUS_Y -> x.pow(3).add(x.multiply(y.pow(2))).add(y);
          case DIVIDE_OR_SUBTRACT -> b % 2 == 1 ? quotient : x.subtract(y);
        };
    return value.signum() < 0 && operation == ModularOperation.DIVIDE
        ? -1
        : value.mod(m).intValue();
  }

  @Test
  void divisionHasThePairsWithANonZeroDivisorInLexicographicOrder() {
    ModularTask task =
        Tasks.modular(5).operation(ModularOperation.DIVIDE).trainFraction(0.5).task();
    Examples dataset = new Examples(task, 0);
    assertThat(dataset.size()).isEqualTo(20);
    assertThat(dataset.trainExamples()).isEqualTo(10);
    assertThat(dataset.right()).doesNotContain(0);
    for (int i = 0; i < dataset.size(); i++) {
      assertThat(dataset.answers()[i] * dataset.right()[i] % 5).isEqualTo(dataset.left()[i]);
    }
  }

  @Test
  void compositeModuliWorkWhereTheOperationDoes() {
    Tasks.Modular six = Tasks.modular(6);
    assertThat(six.operation(ModularOperation.MULTIPLY).task().examples()).isEqualTo(36);
    assertThatThrownBy(six.operation(ModularOperation.DIVIDE)::task)
        .isInstanceOf(Refused.class)
        .hasMessage("operation must not divide where p = 6 is not prime, was divide");
  }

  @Test
  void noisyAnswersAreTrainingExamplesOnly() {
    Tasks.Modular task = Tasks.modular(11).trainFraction(0.5).splitSeed(3);
    int[] right = new Examples(task.task(), 3).answers();
    int[] wrong = new Examples(task.labelNoise(60).task(), 3).answers();
    int changed = 0;
    for (int i = 0; i < right.length; i++) {
      assertThat(i < 60 || right[i] == wrong[i]).isTrue();
      changed += right[i] == wrong[i] ? 0 : 1;
    }
    assertThat(changed).isBetween(40, 60);
  }
}
