package io.grokgrid.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.LossForm;
import org.junit.jupiter.api.Test;

/** Tables that leave a part of the network out would train another one without a word. */
class PairFormTest {
  private static final TransformerSpec DEEP = Models.parts().layers(2).model();

  @Test
  void isThereForOneLayerOnly() {
    assertThat(PairForm.of(Models.parts().model(), 5)).isPresent();
    assertThat(PairForm.of(DEEP, 5)).isEmpty();
  }

  @Test
  void networksRefuseModelsWithoutTables() {
    EmbeddingMlpSpec mlp = Models.mlp().layers(2).model();
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      assertThatThrownBy(() -> CorePairNetwork.of(manager, DEEP, 5, LossForm.FLOAT32, 4, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the network has no tables for pairs");
      assertThatThrownBy(() -> CorePairNetwork.of(manager, mlp, 5, LossForm.FLOAT32, 4, 4))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new ArrayPairNetwork(manager, DEEP, 5, LossForm.FLOAT32, 4))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
