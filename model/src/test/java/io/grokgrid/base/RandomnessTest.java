package io.grokgrid.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The first values of some streams. Another program computed them from the definition: the state
 * begins as the first 8 bytes, big endian, of the SHA-256 of {@code seed/name} in UTF-8, SplitMix64
 * goes on from there, and the logarithm of normal numbers is fdlibm's.
 */
class RandomnessTest {
  private static final int LARGE = (1 << 30) + 1;

  /**
   * What a stream begins with.
   *
   * @param tens below 10
   * @param large below {@link #LARGE}, for which a good quarter of all draws is made again
   * @param shuffled the numbers from 0 to 9
   */
  private record Beginning(
      long seed,
      String name,
      List<Long> longs,
      List<Double> doubles,
      List<Integer> tens,
      List<Integer> large,
      List<Double> gaussians,
      List<Integer> shuffled) {
    Randomness stream() {
      return Randomness.stream(seed, name);
    }
  }

  private static Stream<Beginning> beginnings() {
    return Stream.of(
        new Beginning(
            0,
            "split",
            List.of(310568382447500604L, -7208186234674611258L, 7359719618310379911L),
            List.of(0.016835945747744385, 0.6092434412342839, 0.39897119995281505),
            List.of(6, 5, 5, 6, 3, 7, 5, 2, 9, 7),
            List.of(72309836, 469197005, 639826430, 24259826, 788672653, 822742657),
            List.of(-0x1.81c1dbf7e1e29p-3, 0x1.5ce107aefcacfp-5, -0x1.4312f0e0d1e0cp+1),
            List.of(9, 4, 3, 1, 2, 5, 8, 7, 0, 6)),
        new Beginning(
            7,
            "init/embed.W_E",
            List.of(5681233570064245779L, 4084960451616541459L, -6711344092071853211L),
            List.of(0.3079802889530616, 0.22144614980800104, 0.636177307753897),
            List.of(8, 1, 1, 1, 8, 4, 3, 8, 1, 6),
            List.of(249023443, 951103971, 584877081, 55770526, 457211428, 207437974),
            List.of(-0x1.6b3a2a710a359p-1, -0x1.07754d1b3fc88p+0, 0x1.8c6a8dc7fb5e7p-1),
            List.of(6, 1, 9, 7, 5, 4, 2, 3, 0, 8)),
        new Beginning(
            -1,
            "dropout/3",
            List.of(5236247037035218423L, 1450534517768392576L, -5404002277585975929L),
            List.of(0.2838575206612184, 0.07863363377148513, 0.7070484495262335),
            List.of(7, 5, 7, 8, 5, 8, 9, 7, 7, 4),
            List.of(145416942, 337728885, 889266317, 24560723, 40712965, 176147148),
            List.of(-0x1.b3accf0545958p-3, -0x1.a8abba8ec1479p-2, 0x1.b9f733c30dd79p-1),
            List.of(8, 2, 4, 1, 3, 5, 0, 9, 6, 7)),
        new Beginning(
            Long.MIN_VALUE,
            "\u00dcn\u00efcode \u2211",
            List.of(2447112189570578202L, -161332603962658972L, -4283983479581276967L),
            List.of(0.13265821761240892, 0.991254142014547, 0.7677647902272984),
            List.of(6, 1, 5, 5, 7, 6, 3, 9, 2, 8),
            List.of(569762706, 316708465, 418759231, 125713003, 493452292, 63492443),
            List.of(0x1.7a800938505d1p+0, 0x1.a0f059946c706p-2, 0x1.3e21196dd6280p+0),
            List.of(2, 9, 4, 8, 7, 5, 0, 1, 3, 6)));
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void longsAreThoseOfTheDefinition(Beginning of) {
    Randomness random = of.stream();
    assertThat(Stream.generate(random::nextLong).limit(3).toList()).isEqualTo(of.longs);
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void doublesAreThoseOfTheDefinition(Beginning of) {
    Randomness random = of.stream();
    assertThat(Stream.generate(random::nextDouble).limit(3).toList()).isEqualTo(of.doubles);
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void boundedIntegersAreThoseOfTheDefinition(Beginning of) {
    Randomness tens = of.stream();
    Randomness large = of.stream();
    assertThat(Stream.generate(() -> tens.nextInt(10)).limit(10).toList()).isEqualTo(of.tens);
    assertThat(Stream.generate(() -> large.nextInt(LARGE)).limit(6).toList()).isEqualTo(of.large);
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void gaussiansAreThoseOfTheDefinition(Beginning of) {
    Randomness random = of.stream();
    assertThat(Stream.generate(random::nextGaussian).limit(3).toList()).isEqualTo(of.gaussians);
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void shufflesAreThoseOfTheDefinition(Beginning of) {
    int[] values = IntStream.range(0, 10).toArray();
    of.stream().shuffle(values);
    assertThat(values).containsExactly(of.shuffled.toArray(Integer[]::new));
  }
}
