package io.grokgrid.tables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processor of this machine: bits and speeds are those of one kind. */
public final class Processor {
  private static final List<String> WIDEST = List.of("avx512f", "avx2", "avx");

  private Processor() {}

  /** As Linux describes it: model name, family and model numbers, widest vectors. */
  public static String name() {
    try {
      return name(Files.readAllLines(Path.of("/proc/cpuinfo")));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /** Of the lines of {@code /proc/cpuinfo}; the machine's architecture where they name no model. */
  static String name(List<String> lines) {
    Map<String, String> first = new LinkedHashMap<>();
    for (String line : lines) {
      String[] parts = line.split(":", 2);
      if (parts.length == 2) {
        first.putIfAbsent(parts[0].strip(), parts[1].strip());
      }
    }
    if (!first.containsKey("model name")) {
      return System.getProperty("os.arch");
    }
    List<String> flags = List.of(first.getOrDefault("flags", "").split(" "));
    String vectors = WIDEST.stream().filter(flags::contains).findFirst().orElse("no avx");
    return "%s, family %s model %s, %s"
        .formatted(
            first.get("model name"),
            first.getOrDefault("cpu family", "?"),
            first.getOrDefault("model", "?"),
            vectors);
  }
}
