package io.grokgrid.cli;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.net.Layout;
import io.grokgrid.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Weights from anywhere, as {@code --weights} names them. */
final class WeightsFile {
  /** No array is longer. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 16L;

  private WeightsFile() {}

  /**
   * The parameters in a file, in the layout's order.
   *
   * @throws Refused if they cannot be read, or are not of such a network
   */
  static float[] read(Path file, Layout layout) {
    return Safetensors.read(bytes(file), file.toString(), layout);
  }

  private static byte[] bytes(Path file) {
    try {
      require(Files.exists(file), file, "no such file");
      require(!Files.isDirectory(file), file, "a folder");
      long size = Files.size(file);
      require(size <= MOST_BYTES, file, size + " bytes");
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw refused(file, "unreadable: " + e.getMessage());
    }
  }

  private static void require(boolean holds, Path file, String was) {
    if (!holds) {
      throw refused(file, was);
    }
  }

  private static Refused refused(Path file, String was) {
    String rule = "must be a safetensors file of less than 2 GiB";
    return new Refused(List.of(new Problem("--weights " + file, rule, was)));
  }
}
