package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir private Path folder;

  private Checkpoints checkpoints() {
    return new Checkpoints(new Store(folder.toUri().toString()), "0123", new Configuration(false));
  }

  @Test
  void aFileIsThereWholeUnderItsStepAndNothingElse() throws IOException {
    checkpoints().keep(1000, new byte[] {1, 2, 3});
    Path directory = folder.resolve("checkpoints/0123");
    assertThat(Files.readAllBytes(directory.resolve("step-00001000.safetensors")))
        .containsExactly(1, 2, 3);
    assertThat(directory.toFile().list((where, name) -> !name.endsWith(".crc")))
        .containsExactly("step-00001000.safetensors");
  }

  @Test
  void anotherAttemptTakesThePlaceOfTheFirst() throws IOException {
    checkpoints().keep(7, new byte[] {1});
    checkpoints().keep(7, new byte[] {2, 3});
    assertThat(Files.readAllBytes(folder.resolve("checkpoints/0123/step-00000007.safetensors")))
        .containsExactly(2, 3);
  }

  @Test
  void whereNothingCanBeWrittenItSaysSo() throws IOException {
    Files.writeString(folder.resolve("checkpoints"), "a file in the way");
    assertThatThrownBy(() -> checkpoints().keep(7, new byte[] {1}))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void anAttemptBegunAnewKeepsNothingOfTheLast() throws IOException {
    Path directory = Files.createDirectories(folder.resolve("checkpoints/0123"));
    checkpoints().keep(7, new byte[] {1});
    Files.writeString(directory.resolve(".half-written"), "x");
    checkpoints().begin(false);
    assertThat(directory.toFile().list((where, name) -> !name.endsWith(".crc")))
        .containsExactly("step-00000007.safetensors");
    checkpoints().begin(true);
    assertThat(directory).isEmptyDirectory();
  }
}
