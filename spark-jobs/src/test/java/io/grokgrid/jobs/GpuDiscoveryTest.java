package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/examples/gpus.sh} on a machine of four GPUs, which are a script's. */
class GpuDiscoveryTest {
  /** As nvidia-smi answers the two questions; the second GPU is somebody else's. */
  private static final String NVIDIA_SMI =
      """
      #!/bin/sh
      case $1 in
        --query-gpu=index,uuid) printf '0, GPU-aa00\\n1, GPU-bb11\\n2, GPU-cc22\\n3, GPU-dd33\\n' ;;
        --query-compute-apps=gpu_uuid) printf 'GPU-bb11\\nGPU-bb11\\n' ;;
        *) exit 6 ;;
      esac
      """;

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final List<Process> started = new ArrayList<>();

  GpuDiscoveryTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    program(NVIDIA_SMI);
    environment.put("PATH", folder + ":" + System.getenv("PATH"));
    environment.put("GROKGRID_GPU_LOCKS", folder.resolve("locks").toString());
  }

  private void program(String text) throws IOException {
    Path program = Files.writeString(folder.resolve("nvidia-smi"), text);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void noTwoProcessesOfAMachineGetTheSameGpu() throws Exception {
    Process first = ask("1");
    assertThat(addresses(first)).containsExactly("0");
    assertThat(addresses(ask("1"))).containsExactly("2"); // 1 is somebody else's
    assertThat(addresses(ask("1"))).containsExactly("3");
    Process last = ask("1");
    assertThat(last.getInputStream().read()).isEqualTo(-1);
    assertThat(errors(last))
        .contains("GROKGRID_GPUS is 1, but of 4 GPUs 0 are free")
        .contains("GPU-aa00 is taken; GPU-bb11 has a process; GPU-cc22 is taken");

    first.destroyForcibly().waitFor(); // without a word, as by kill -9
    String[] again = {};
    while (again.length == 0) { // the lock goes with it, within a second
      Process next = ask("1");
      String answer = line(next);
      again = answer.isEmpty() ? again : ResourceInformation.parseJson(answer).addresses();
    }
    assertThat(again).containsExactly("0");
  }

  /** A worker asks for all that it will give to executors. */
  @Test
  void aWorkerGetsSeveralOrNone() throws Exception {
    Process tooMany = ask("4");
    assertThat(line(tooMany)).isEmpty();
    assertThat(errors(tooMany)).contains("GROKGRID_GPUS is 4, but of 4 GPUs 3 are free");
    // What it had taken until then is free again.
    String[] all = {};
    while (all.length == 0) {
      Process next = ask("3");
      String answer = line(next);
      all = answer.isEmpty() ? all : ResourceInformation.parseJson(answer).addresses();
    }
    assertThat(all).containsExactly("0", "2", "3");
  }

  /** CUDA counts those that it sees from 0. */
  @Test
  void amongVisibleDevicesAddressesAreTheirPlaces() throws Exception {
    environment.put("CUDA_VISIBLE_DEVICES", "1,3,GPU-cc");
    assertThat(addresses(ask("2"))).containsExactly("1", "2");
    environment.put("CUDA_VISIBLE_DEVICES", "0,7,2");
    assertThat(addresses(ask("1"))).containsExactly("0");
    assertThat(errors(ask("1"))).contains("of 1 GPUs 0 are free");
    environment.put("CUDA_VISIBLE_DEVICES", "");
    assertThat(errors(ask("1"))).contains("of 0 GPUs 0 are free");
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    assertThat(errors(ask("none")))
        .contains("GROKGRID_GPUS must be a whole number of at least 1, was none");
    program("#!/bin/sh\necho 'no driver' >&2\nexit 9\n");
    assertThat(errors(ask("1"))).contains("no driver").contains("nvidia-smi lists no GPUs");
  }

  /** A process that asks, as an executor does, and then lives on. */
  private Process ask(String wanted) throws IOException {
    Path script = Grokgrid.repository().resolve("submit/examples/gpus.sh");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "\"$0\"; exec >&-; exec 2>&-; read -r", script.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("CUDA_"));
    builder.environment().putAll(environment);
    builder.environment().put("GROKGRID_GPUS", wanted);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String[] addresses(Process process) throws IOException, InterruptedException {
    String line = line(process);
    assertThat(line).as(errors(process)).isNotEmpty();
    assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
    ResourceInformation gpus = ResourceInformation.parseJson(line);
    assertThat(gpus.name()).isEqualTo("gpu");
    return gpus.addresses();
  }

  /** Read to its end: a keeper of locks that held it would keep Spark waiting. */
  private static String line(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static String errors(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
