package io.grokgrid.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A cluster of {@code submit/grokgrid cluster start} for one test, in a folder of its own. */
final class LocalCluster implements AutoCloseable {
  private final Path state;
  private final String master;

  private LocalCluster(Path state, String master) {
    this.state = state;
    this.master = master;
  }

  /**
   * Starts a cluster and returns when all its workers have registered.
   *
   * @param state an absolute folder; need not exist
   * @param options of {@code cluster start}, such as {@code --workers 2 --gpus 1}
   */
  static LocalCluster start(Path state, String... options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("cluster", "start"));
    arguments.addAll(List.of(options));
    Grokgrid.Result result = Grokgrid.run(arguments, environment(state), Grokgrid.repository());
    if (result.exitCode() != 0) {
      throw new IllegalStateException("cluster start: " + result);
    }
    return new LocalCluster(state, result.lastLine());
  }

  private static Map<String, String> environment(Path state) {
    return Map.of("GROKGRID_CLUSTER_DIR", state.toString());
  }

  /** The master's URL, for {@code --master}. */
  String master() {
    return master;
  }

  /** What {@code cluster status} says. */
  Grokgrid.Result status() throws IOException, InterruptedException {
    return Grokgrid.run(List.of("cluster", "status"), environment(state), Grokgrid.repository());
  }

  /** The process of a worker, counted from 0. */
  ProcessHandle worker(int number) throws IOException {
    String pid = Files.readString(state.resolve("worker-" + number + ".pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid))
        .orElseThrow(() -> new IllegalStateException("worker " + number + " is gone: " + pid));
  }

  /**
   * {@code kill -9} of a worker and then of its executors, as when a machine is lost. (Executors
   * that were still starting would otherwise live on without their worker.)
   */
  void killWorker(int number) throws IOException {
    List<ProcessHandle> executors = executors(number);
    kill(worker(number));
    executors.forEach(LocalCluster::kill);
  }

  /** The number of the worker that runs this executor. */
  int workerOf(long executor, int workers) throws IOException {
    for (int number = 0; number < workers; number++) {
      if (executors(number).stream().anyMatch(each -> each.pid() == executor)) {
        return number;
      }
    }
    throw new IllegalStateException("no worker runs the process " + executor);
  }

  /** {@code kill -9} of the master. */
  void killMaster() throws IOException {
    String pid = Files.readString(state.resolve("master.pid")).strip();
    ProcessHandle.of(Long.parseLong(pid)).ifPresent(LocalCluster::kill);
  }

  /** The executors that a worker runs now. */
  List<ProcessHandle> executors(int number) throws IOException {
    return worker(number)
        .descendants()
        .filter(LocalCluster::isExecutor)
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  /** {@code kill -9} of every executor of a worker; returns how many there were. */
  int killExecutors(int number) throws IOException {
    List<ProcessHandle> executors = executors(number);
    executors.forEach(LocalCluster::kill);
    return executors.size();
  }

  /** By all of its command line, of which Java gives the first 4,096 bytes at most. */
  private static boolean isExecutor(ProcessHandle process) {
    Path command = Path.of("/proc", Long.toString(process.pid()), "cmdline");
    try {
      return Files.readString(command).contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /** {@code kill -9}, and waits for it. */
  static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() throws IOException {
    Grokgrid.Result result;
    try {
      result = Grokgrid.run(List.of("cluster", "stop"), environment(state), Grokgrid.repository());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the cluster stopped", e);
    }
    if (result.exitCode() != 0) {
      throw new IllegalStateException("cluster stop: " + result);
    }
  }
}
