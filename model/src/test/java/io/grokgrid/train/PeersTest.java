package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.grokgrid.net.Activation;
import io.grokgrid.net.Autograd;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Transformer;
import io.grokgrid.net.TransformerModel;
import io.grokgrid.task.Dataset;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.ModularTask;
import io.grokgrid.task.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Networks that others trained and published, on their own splits: our forward pass must find their
 * losses.
 */
class PeersTest {
  private static final Path PEERS = Path.of("../../shared/peers");

  @ParameterizedTest
  @CsvSource({
    "nanda_wd, 113, 0.3, PYTHON, 1, true, true",
    "nanda_wd, 113, 0.3, PYTHON, 1, true, false",
    "c113_seed1, 113, 0.3, TORCH, 1, true, true",
    "c113_seed1, 113, 0.3, TORCH, 1, true, false",
    "clock_pizza_model_a, 59, 0.8, JAVA, 0, false, true",
    "clock_pizza_model_a, 59, 0.8, JAVA, 0, false, false"
  })
  void findsThePublishedLosses(
      String name,
      int p,
      double fraction,
      Split split,
      long seed,
      boolean mainline,
      boolean pairTables)
      throws IOException {
    Path weights = PEERS.resolve(name + ".safetensors");
    assumeTrue(Files.exists(weights), "the peers' models are not here");
    boolean bias = name.equals("c113_seed1");
    ModularTask task = new ModularTask(ModularOperation.ADD, p, fraction, split, seed, 0);
    Dataset dataset = new Dataset(task, 0);
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      TransformerModel model = model(mainline, bias);
      TrainingSpec.LossPrecision precision = TrainingSpec.LossPrecision.FLOAT64;
      TrainingStep step =
          pairTables
              ? PairStep.of(manager, model, p, dataset, precision, 0)
              : new TextbookStep(
                  manager,
                  new Transformer(manager, model, p, DataType.FLOAT32),
                  p,
                  dataset,
                  precision,
                  true);
      TrainingStep.Evaluation found = step.evaluate(read(weights, new Layout(model, p)));
      double share = (double) dataset.trainExamples() / dataset.size();
      Config expected = ConfigFactory.parseFile(PEERS.resolve(name + ".expected.json").toFile());
      for (Config row : expected.getConfigList("expected")) {
        if (row.getString("analysis").equals("loss")) {
          double value =
              switch (row.getString("name")) {
                case "all_loss" -> share * found.trainLoss() + (1 - share) * found.testLoss();
                case "train_loss" -> found.trainLoss();
                case "test_loss" -> found.testLoss();
                default -> 1;
              };
          double published = row.getDouble("value");
          assertThat(value)
              .as(row.getString("name"))
              .isCloseTo(published, within(row.getDouble("rel_tol") * published));
        }
      }
      assertThat(found.trainAccuracy()).isEqualTo(1);
      assertThat(found.testAccuracy()).isEqualTo(1);
    }
  }

  private static TransformerModel model(boolean mainline, boolean unembedBias) {
    return new TransformerModel(
        1,
        128,
        4,
        32,
        512,
        Activation.RELU,
        TransformerModel.Outputs.RESIDUES,
        Encoding.LEARNED,
        mainline ? 1 : 0,
        mainline,
        mainline,
        false,
        mainline ? 3 : 2,
        true,
        TransformerModel.Normalization.NONE,
        true,
        true,
        true,
        unembedBias,
        Initialization.PAPER);
  }

  /** A safetensors file: length of the header, header in JSON, float32 data in little endian. */
  private static float[] read(Path file, Layout layout) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] text = new byte[(int) bytes.getLong()];
    bytes.get(text);
    Config header = ConfigFactory.parseString(new String(text, StandardCharsets.UTF_8));
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    float[] parameters = new float[layout.size()];
    for (Layout.Tensor tensor : layout.tensors()) {
      int offset = header.getConfig("\"" + tensor.name() + "\"").getIntList("data_offsets").get(0);
      for (int i = 0; i < tensor.size(); i++) {
        parameters[tensor.offset() + i] = data.getFloat(offset + 4 * i);
      }
    }
    return parameters;
  }
}
