package io.grokgrid.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.grokgrid.config.SpecReader;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.StepForm;
import io.grokgrid.step.TrainingStep.Evaluation;
import io.grokgrid.task.TableTask;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Networks that others trained and published, loaded with the configuration that describes them:
 * our forward pass must find their losses.
 */
class PeersTest {
  private static final Path PEERS = Path.of("../../shared/peers");

  @ParameterizedTest
  @CsvSource({
    "nanda_wd, PAIR_TABLES",
    "nanda_wd, ANSWER_ONLY",
    "c113_seed1, PAIR_TABLES",
    "c113_seed1, ANSWER_ONLY",
    "clock_pizza_model_a, PAIR_TABLES",
    "clock_pizza_model_a, ANSWER_ONLY",
    "linear_beta, ANSWER_ONLY"
  })
  void findsThePublishedLosses(String name, StepForm form) throws IOException {
    Path weights = PEERS.resolve(name + ".safetensors");
    assumeTrue(Files.exists(weights), "the peers' models are not here");
    RunSpec run = SpecReader.read(PEERS.resolve(name + ".conf"), List.of()).runs().get(0).spec();
    float[] parameters = Safetensors.read(Files.readAllBytes(weights), name, run.layout());
    Evaluation found;
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      found = form.step(manager, run).evaluate(parameters, false);
    }
    TableTask task = (TableTask) run.task();
    double share = (double) task.trainExamples() / task.examples();
    Map<String, Double> values =
        Map.of(
            "all_loss",
            share * found.trainLoss() + (1 - share) * found.testLoss(),
            "all_accuracy",
            share * found.trainAccuracy() + (1 - share) * found.testAccuracy(),
            "train_loss",
            found.trainLoss(),
            "train_accuracy",
            found.trainAccuracy(),
            "test_loss",
            found.testLoss(),
            "test_accuracy",
            found.testAccuracy());
    List<? extends Config> expected =
        ConfigFactory.parseFile(PEERS.resolve(name + ".expected.json").toFile())
            .getConfigList("expected")
            .stream()
            .filter(row -> row.getString("analysis").equals("loss"))
            .toList();
    assertThat(expected)
        .extracting(row -> row.getString("name"))
        .contains("all_loss", "all_accuracy");
    for (Config row : expected) {
      double published = row.getDouble("value");
      assertThat(values.getOrDefault(row.getString("name"), Double.NaN))
          .as(row.getString("name"))
          .isCloseTo(published, within(row.getDouble("rel_tol") * published));
    }
  }
}
