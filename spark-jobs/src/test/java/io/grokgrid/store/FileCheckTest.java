package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.tables.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckTest {
  private static final int FLIPS = 200;

  private final Random random = new Random(9);
  private final Path folder;
  private Path file;
  private byte[] whole;

  FileCheckTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeOne() throws IOException {
    Store store = new Store(folder.toString());
    Example.append(store, 1, Example.result(Example.study().runs().get(0), 300));
    try (Stream<Path> files = Files.walk(folder)) {
      file = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    whole = Files.readAllBytes(file);
  }

  private Optional<String> problem() {
    return FileCheck.problem(
        new org.apache.hadoop.fs.Path(file.toString()), new Configuration(false));
  }

  @Test
  void namesAFileByItsContent() {
    assertThat(file.getFileName().toString()).matches("part-.*\\.sha256-[0-9a-f]{16}\\..*parquet");
    assertThat(problem()).isEmpty();
  }

  @Test
  void findsEveryFlippedBit() throws IOException {
    for (int i = 0; i < FLIPS; i++) {
      byte[] flipped = whole.clone();
      int bit = random.nextInt(8 * whole.length);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      assertThat(problem()).as("bit %d", bit).isPresent();
    }
  }

  @Test
  void findsEveryCut() throws IOException {
    for (int i = 0; i < FLIPS; i++) {
      Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
      assertThat(problem()).isPresent();
    }
  }

  /** Files of older builds have no digest in their names; their pages have checksums. */
  @Test
  void findsFlippedBitsInThePagesOfAFileThatIsNotNamedByItsContent() throws IOException {
    file = Files.move(file, file.resolveSibling("part-00000.snappy.parquet"));
    assertThat(problem()).isEmpty();
    int found = 0;
    for (int i = 0; i < FLIPS; i++) {
      byte[] flipped = whole.clone();
      int bit = random.nextInt(8 * whole.length);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      found += problem().isPresent() ? 1 : 0;
    }
    // A small file is mostly footer, which has no checksum.
    assertThat(found).isGreaterThan(FLIPS / 5);
  }

  @Test
  void saysWhatAForeignFileIs() throws IOException {
    Files.writeString(file, "no Parquet at all, but long enough to be one");
    assertThat(problem()).isPresent();
  }
}
