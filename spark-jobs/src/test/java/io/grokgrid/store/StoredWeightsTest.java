package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.run.RunSpec;
import io.grokgrid.tables.Example;
import io.grokgrid.weights.Safetensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredWeightsTest {
  @TempDir private Path folder;

  private final RunSpec run = Example.study().runs().get(0).spec();

  private float[] read() throws StoredWeights.Flaw {
    Store store = new Store(folder.toUri().toString());
    return StoredWeights.read(store, "0123", 7, run, new Configuration(false));
  }

  private Path write(float[] parameters) throws IOException {
    Path file = folder.resolve("checkpoints/0123/step-00000007.safetensors");
    Files.createDirectories(file.getParent());
    return Files.write(file, run.weightsFile(parameters, Map.of("run_id", "0123", "step", "7")));
  }

  /** A file that no network of the run has is not taken into memory to find that out. */
  @Test
  void whatIsTooLongIsNotRead() throws Exception {
    float[] parameters = new float[run.layout().size()];
    Path file = write(parameters);
    assertThat(Files.size(file)).isLessThan(run.mostBytesOfWeights());
    assertThat(read()).isEqualTo(parameters);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(run.mostBytesOfWeights() + 1);
    }
    assertThatThrownBy(this::read)
        .isInstanceOf(StoredWeights.Flaw.class)
        .hasMessage("is too large, " + Files.size(file) + " bytes");
  }

  /** Of a network of 2^26 parameters and more the limit is by its size, and below 2 GiB. */
  @Test
  void theLimitLeavesRoomForDoublesAndForWhatIsDropped() {
    RunSpec large =
        Example.study("run.model = { d_model = 2048, d_mlp = 8192 }").runs().get(0).spec();
    long size = large.layout().size();
    assertThat(large.mostBytesOfWeights())
        .isGreaterThan(Double.BYTES * size + (1 << 22))
        .isLessThan(20 * size);
    assertThat(Safetensors.mostBytes(run.layout())).isEqualTo(1 << 26);
  }
}
