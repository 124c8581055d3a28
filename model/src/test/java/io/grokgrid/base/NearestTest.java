package io.grokgrid.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  @Test
  void countsSlipsOfTheFinger() {
    assertThat(Nearest.distance("weight_deacy", "weight_decay")).isEqualTo(1);
    assertThat(Nearest.distance("stps", "steps")).isEqualTo(1);
    assertThat(Nearest.distance("", "seed")).isEqualTo(4);
    assertThat(Nearest.distance("seed", "seed")).isZero();
  }

  @Test
  void suggestsNothingFarAway() {
    assertThat(Nearest.to("muon", List.of("adamw", "adam", "sgd"))).isEmpty();
    assertThat(Nearest.to("adma", List.of("adamw", "adam", "sgd"))).contains("adam");
  }
}
