package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.grokgrid.experiment.Mainline;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.SequenceTask;
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
  @ValueSource(
      strings = {
        "nanda",
        "clock",
        "pizza",
        "attention_symmetry",
        "louapre",
        "sequence",
        "power",
        "prieto"
      })
  void fillsInNothingButTheRun(String name) throws IOException {
    assertThat(preset(name).layout().size()).isPositive();
    assertThat(ConfigFactory.parseResources("presets/" + name + ".conf").root().keySet())
        .containsExactly("run");
  }

  /** Linear(226, 200), Linear(200, 200), Linear(200, 113), without biases; 0.4 of 12,769 pairs. */
  @Test
  void prietoIsThePublishedPerceptron() throws IOException {
    RunSpec run = preset("prieto");
    assertThat(run.layout().size()).isEqualTo(226 * 200 + 200 * 200 + 200 * 113);
    assertThat(run.examplesAStep()).isEqualTo(5107);
    assertThat(run.training().weightDecay()).isZero();
  }

  @Test
  void nandaIsThePublishedSplitWithEveryTokenAsAClass() throws IOException {
    RunSpec run = preset("nanda");
    assertThat(Mainline.task(run).split()).isEqualTo(Split.PYTHON);
    assertThat(Mainline.task(run).splitSeed()).isZero();
    assertThat(Mainline.task(run).trainExamples()).isEqualTo(3830);
    assertThat(Mainline.model(run).outputs()).isEqualTo(Outputs.TOKENS);
    assertThat(Mainline.model(run).classes(113)).isEqualTo(114);
  }

  @Test
  void clockAndPizzaDifferInTheAttentionRateAlone() throws IOException {
    RunSpec clock = preset("clock");
    RunSpec pizza = preset("pizza");
    assertThat(Mainline.model(clock).attentionRate()).isEqualTo(1);
    assertThat(Mainline.model(pizza).attentionRate()).isZero();
    assertThat(pizza.task()).isEqualTo(clock.task());
    assertThat(pizza.training()).isEqualTo(clock.training());
    assertThat(Mainline.task(clock).trainExamples()).isEqualTo(2784);
    assertThat(Mainline.model(clock).positions()).isEqualTo(2);
  }

  @Test
  void attentionSymmetryHasNoResidualStream() throws IOException {
    RunSpec run = preset("attention_symmetry");
    assertThat(Mainline.model(run).residual()).isFalse();
    assertThat(Mainline.model(run).outputProjection()).isFalse();
    assertThat(Mainline.model(run).mlpResidual()).isFalse();
    assertThat(Mainline.model(run).init()).isEqualTo(Initialization.STANDARD_NORMAL);
    assertThat(run.training().beta2()).isEqualTo(0.999);
  }

  @Test
  void louapreHasTwentyTwoBatchesAnEpoch() throws IOException {
    RunSpec run = preset("louapre");
    int train = Mainline.task(run).trainExamples();
    assertThat(train).isEqualTo(1404);
    assertThat((train + 63) / run.training().batchSize()).isEqualTo(22);
    assertThat(run.layout().size()).isEqualTo(53 * 128 + 256 * 256 + 256 + 256 * 53 + 53);
  }

  @Test
  void sequenceHasEachRulesOwnSizes() throws IOException {
    SequenceTask task = (SequenceTask) preset("sequence").task();
    assertThat(task).isEqualTo(new SequenceTask(SequenceRule.K_BACK, 50, 64, 128, 3, 10));
  }

  @Test
  void powerTakesHalfOfTheTrainingSetOr512() throws IOException {
    assertThat(Mainline.task(preset("power")).trainExamples()).isGreaterThan(1024);
    assertThat(preset("power").training().batchSize()).isEqualTo(512);
  }
}
