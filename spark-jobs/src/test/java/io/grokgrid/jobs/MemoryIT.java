package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.cli.Main;
import io.grokgrid.config.SpecReader;
import io.grokgrid.console.Console;
import io.grokgrid.run.MemoryNeed;
import io.grokgrid.run.RunSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rule of memory: an executor with the heap of the templates, and as much beside it as they ask
 * for, trains every preset, and any network of which the estimate is half of the heap.
 */
class MemoryIT {
  /** 24 million parameters, trained for one step. */
  private static final List<String> LARGE =
      List.of(
          "task { p = 11 }",
          "model { kind = embedding_mlp, hidden = 4900, hidden_layers = 2, one_hot = true }");

  private static final Pattern HEAP = Pattern.compile("spark.executor.memory=([0-9]+)g");
  private static final Pattern BESIDE = Pattern.compile("spark.executor.memoryOverhead=([0-9]+)g");

  /** The JVM that trains; it has the driver's part of Spark to carry, too. */
  static final class Trains {
    public static void main(String[] confs) throws IOException {
      for (String conf : confs) {
        int code =
            new Main(Console.ofProcess())
                .run("sweep", conf, "--master", "local[1]", "--out", conf + ".out");
        if (code != 0) {
          throw new IllegalStateException(conf + " ended with " + code);
        }
      }
      System.out.println(Files.readString(Path.of("/proc/self/status")));
    }
  }

  @Test
  void theHeapAndWhatIsBesideItAreEnough(@TempDir Path folder) throws Exception {
    String template =
        Files.readString(Grokgrid.repository().resolve("submit/examples/kubernetes.sh"));
    int heap = gibibytes(HEAP, template);
    int beside = gibibytes(BESIDE, template);
    List<String> confs = new ArrayList<>();
    for (String preset : largest(heap)) {
      confs.add(
          conf(
              folder.resolve(preset + ".conf"),
              "include \"presets/" + preset + "\"",
              "training { steps = 1 }"));
    }
    Path large = folder.resolve("large.conf");
    confs.add(conf(large, "", String.join("\n", LARGE), "training { steps = 1 }"));
    RunSpec run = SpecReader.read(large, List.of()).runs().get(0).spec();
    double share = (double) MemoryNeed.of(run, run.layout()).heapBytes() / (heap * 0x1p30);
    assertThat(share).isBetween(0.4, 0.5); // and so is as large as may be

    String status = train(heap, confs);
    Matcher peak = Pattern.compile("VmHWM:\\s+([0-9]+) kB").matcher(status);
    assertThat(peak.find()).as(status).isTrue();
    assertThat(Long.parseLong(peak.group(1)) >> 10)
        .isBetween(512L * heap, 1024L * (heap + beside)); // MiB
  }

  private static int gibibytes(Pattern pattern, String template) {
    Matcher found = pattern.matcher(template);
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  /** The preset that takes the most of the heap, and the one that takes the most beside it. */
  private static Set<String> largest(int heap) throws IOException {
    List<String> presets;
    try (Stream<Path> files = Files.list(Grokgrid.repository().resolve("conf/presets"))) {
      presets = files.map(file -> file.getFileName().toString().replace(".conf", "")).toList();
    }
    assertThat(presets)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            preset -> assertThat((double) need(preset).heapBytes()).isLessThan(heap * 0x1p30 / 2));
    Set<String> largest = new TreeSet<>();
    largest.add(Collections.max(presets, Comparator.comparingLong(at -> need(at).heapBytes())));
    largest.add(Collections.max(presets, Comparator.comparingLong(at -> need(at).nativeBytes())));
    return largest;
  }

  private static MemoryNeed need(String preset) {
    RunSpec run = SpecReader.preset(preset, List.of());
    return MemoryNeed.of(run, run.layout());
  }

  private static String conf(Path file, String include, String... run) throws IOException {
    String text = include + "\nrun {\n" + String.join("\n", run) + "\n}\n";
    return Files.writeString(file, text).toString();
  }

  private static String train(int heap, List<String> confs)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.matches("--(add|enable).*|-D(ai|jdk).*"))
            .toList());
    command.addAll(List.of("-Xmx" + heap + "g", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Trains.class.getName());
    command.addAll(confs);
    Path errors = Path.of(confs.get(0) + ".log");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return text;
  }
}
