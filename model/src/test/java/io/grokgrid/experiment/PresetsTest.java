package io.grokgrid.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.TransformerModel.Outputs;
import io.grokgrid.task.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresetsTest {
  private final Path folder;

  PresetsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private RunSpec preset(String name) throws IOException {
    Path file = folder.resolve("x.conf");
    Files.writeString(file, "include \"presets/" + name + "\"");
    Study study = SpecReader.read(file, List.of());
    assertThat(study.runs()).hasSize(1);
    return study.runs().get(0).spec();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nanda", "clock", "pizza", "attention_symmetry"})
  void fillsInNothingButTheRun(String name) throws IOException {
    assertThat(preset(name).task().p()).isPositive();
    assertThat(ConfigFactory.parseResources("presets/" + name + ".conf").root().keySet())
        .containsExactly("run");
  }

  @Test
  void nandaIsThePublishedSplitWithEveryTokenAsAClass() throws IOException {
    RunSpec run = preset("nanda");
    assertThat(run.task().split()).isEqualTo(Split.PYTHON);
    assertThat(run.task().splitSeed()).isZero();
    assertThat(run.task().trainExamples()).isEqualTo(3830);
    assertThat(run.model().outputs()).isEqualTo(Outputs.TOKENS);
    assertThat(run.model().classes(113)).isEqualTo(114);
  }

  @Test
  void clockAndPizzaDifferInTheAttentionRateAlone() throws IOException {
    RunSpec clock = preset("clock");
    RunSpec pizza = preset("pizza");
    assertThat(clock.model().attentionRate()).isEqualTo(1);
    assertThat(pizza.model().attentionRate()).isZero();
    assertThat(pizza.task()).isEqualTo(clock.task());
    assertThat(pizza.training()).isEqualTo(clock.training());
    assertThat(clock.task().trainExamples()).isEqualTo(2784);
    assertThat(clock.model().positions()).isEqualTo(2);
  }

  @Test
  void attentionSymmetryHasNoResidualStream() throws IOException {
    RunSpec run = preset("attention_symmetry");
    assertThat(run.model().residual()).isFalse();
    assertThat(run.model().outputProjection()).isFalse();
    assertThat(run.model().mlpResidual()).isFalse();
    assertThat(run.model().init()).isEqualTo(Initialization.STANDARD_NORMAL);
    assertThat(run.training().beta2()).isEqualTo(0.999);
  }
}
