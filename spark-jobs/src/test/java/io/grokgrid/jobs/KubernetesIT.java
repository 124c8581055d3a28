package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.SpecReader;
import io.grokgrid.options.ConfConverter;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code submit/examples/kubernetes.sh} through Spark's own client, against an API server in this
 * JVM that keeps what it is given: no pod runs, but the driver's command is run as its pod would.
 */
class KubernetesIT {
  private static final String NAMESPACE = "grokgrid";
  private static final String IMAGE = "registry.example/spark:4.1";
  private static final String JAR = "/opt/grokgrid.jar";

  private static final Logger LOG = Logger.getLogger(MockWebServer.class.getName());

  /** In the environment of who submits; nobody asked for it to go anywhere. */
  private static final String HUSH = "hush-1f0c8e";

  /** Makes what is applied and is not there yet, as an API server does. */
  private static final class Applying extends KubernetesCrudDispatcher {
    @Override
    public MockResponse handlePatch(RecordedRequest request) {
      byte[] body = request.getBody().getBytes();
      MockResponse patched = super.handlePatch(request);
      boolean applies = String.valueOf(request.getHeader("Content-Type")).contains("apply-patch");
      if (patched.code() != HttpURLConnection.HTTP_NOT_FOUND || !applies) {
        return patched;
      }
      String all = request.getPath().replaceFirst("/[^/]*$", "");
      return handleCreate(
          new RecordedRequest(
              request.getHttpVersion(),
              HttpMethod.POST,
              all,
              request.getHeaders(),
              new Buffer(body)));
    }
  }

  private final Path folder;
  private final Path conf;
  private final Path out;
  private final SparkHome spark;
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(), new MockWebServer(), new HashMap<>(), new Applying(), false);

  KubernetesIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    spark = SparkHome.make();
    out = folder.resolve("out");
    Files.writeString(folder.resolve("shared.conf"), "run { task.p = 13, training.steps = 9 }");
    conf =
        Files.writeString(
            folder.resolve("pods.conf"),
            "include \"shared\"\ngrid.training.seed = [3, 5], sweep.name = pods");
  }

  @Test
  void podsAreWhatTheTemplateSays() throws Exception {
    LOG.setLevel(Level.WARNING); // it has a line a request
    server.init(InetAddress.getLoopbackAddress(), 0);
    try (KubernetesClient api = server.createClient()) {
      Pod driver = submitted(api);
      checkDriver(driver);
      assertThat(Serialization.asYaml(everything(api))).contains(IMAGE).doesNotContain(HUSH);

      try (Grokgrid.Started inPod = runAsItsPod(driver, api)) {
        Container executor = container(awaitPod(api, "executor", inPod));
        checkExecutor(executor);
        assertThat(executor.getResources().getLimits())
            .containsEntry("nvidia.com/gpu", new Quantity("1"));
        assertThat(environment(executor))
            .containsEntry("PYTORCH_FLAVOR", "cu128")
            .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        // It has read its configuration, and waits for executors that will not come.
        assertThat(out.resolve("claim")).content().contains("sweep pods");
      }
      api.pods().inNamespace(NAMESPACE).delete();

      // With dynamic allocation the first pod comes when there is a task.
      try (Grokgrid.Started client = template(Map.of("GROW", "60s"))) {
        Container executor = container(awaitPod(api, "executor", client));
        checkExecutor(executor);
        assertThat(executor.getResources().getLimits()).containsOnlyKeys("memory");
        assertThat(pods(api, "driver")).isEmpty();
      }
      assertThat(Serialization.asYaml(everything(api))).contains(IMAGE).doesNotContain(HUSH);
    } finally {
      server.destroy();
    }
  }

  /** By cluster mode; what has submitted it waits for its end. */
  private Pod submitted(KubernetesClient api) throws Exception {
    Map<String, String> asked = Map.of("MODE", "cluster", "JAR", "local://" + JAR, "GPUS", "yes");
    try (Grokgrid.Started submission = template(asked)) {
      Pod driver = awaitPod(api, "driver", submission);
      assertThat(submission.exit().waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
      driver.setStatus(new PodStatusBuilder().withPhase("Succeeded").build());
      api.pods().resource(driver).patchStatus();
      Grokgrid.Result result = submission.await();
      assertThat(result.exitCode()).as(result.stderr()).isZero();
      return driver;
    }
  }

  private Grokgrid.Started template(Map<String, String> asked) throws IOException {
    Map<String, String> environment = new HashMap<>(spark.environment());
    environment.putAll(asked);
    environment.put("API", address());
    environment.put("IMAGE", IMAGE);
    environment.put("ENGINE_CACHE_DIR", "/cache");
    environment.put("AWS_SECRET_ACCESS_KEY", HUSH);
    List<String> arguments = List.of(conf.toString(), out.toString(), "--set", "training.steps=7");
    Path script = Grokgrid.repository().resolve("submit/examples/kubernetes.sh");
    return Grokgrid.start(script, arguments, environment, folder);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getPort();
  }

  private void checkDriver(Pod driver) {
    assertThat(driver.getSpec().getServiceAccountName()).isEqualTo("grokgrid");
    assertThat(driver.getSpec().getRestartPolicy()).isEqualTo("Never");
    Container container = container(driver);
    assertThat(container.getImage()).isEqualTo(IMAGE);
    // 2g of heap, and Spark's tenth, at least 384 MiB
    assertThat(container.getResources().getLimits())
        .isEqualTo(Map.of("memory", new Quantity("2432Mi")));
    List<String> arguments = container.getArgs();
    assertThat(arguments).startsWith("driver").contains("io.grokgrid.cli.Main", "local://" + JAR);
    List<String> own = arguments.subList(arguments.indexOf("local://" + JAR) + 1, arguments.size());
    assertThat(own).hasSize(6).startsWith("sweep").endsWith("--set", "training.steps=7");
    Path given = new ConfConverter().convert(own.get(1));
    assertThat(ids(given)).hasSize(2).isEqualTo(ids(conf));
  }

  private static List<String> ids(Path conf) {
    return SpecReader.read(conf, List.of()).runs().stream().map(PlannedRun::id).toList();
  }

  /** The heap of 1g and 2g beside it. */
  private static void checkExecutor(Container executor) {
    assertThat(executor.getImage()).isEqualTo(IMAGE);
    assertThat(executor.getResources().getLimits()).containsEntry("memory", new Quantity("3072Mi"));
    assertThat(executor.getResources().getRequests())
        .containsEntry("memory", new Quantity("3072Mi"))
        .containsEntry("cpu", new Quantity("1"));
    Map<String, String> environment = environment(executor);
    assertThat(environment)
        .containsEntry("OMP_NUM_THREADS", "1")
        .containsEntry("ENGINE_CACHE_DIR", "/cache")
        .containsEntry("SPARK_EXECUTOR_CORES", "1")
        .containsEntry("SPARK_EXECUTOR_MEMORY", "1024m");
    assertThat(environment.values())
        .contains(
            "-Dai.djl.offline=true",
            "-XX:ObjectAlignmentInBytes=32",
            "-XX:CompileCommand=inline,io.grokgrid.math.Lanes::*");
  }

  /** What the entry point of Spark's image does, where nothing of this test's is around. */
  private Grokgrid.Started runAsItsPod(Pod driver, KubernetesClient api) throws IOException {
    Path pod = Files.createDirectories(folder.resolve("pod"));
    String jar = Grokgrid.repository().resolve("spark-jobs/target/grokgrid.jar").toString();
    Path properties =
        Files.writeString(
            pod.resolve("spark.properties"), properties(driver, api).replace(JAR, jar));
    Path token = Files.writeString(pod.resolve("token"), "token");
    List<String> command =
        new ArrayList<>(
            List.of(
                "--conf",
                "spark.driver.bindAddress=127.0.0.1",
                "--conf",
                "spark.kubernetes.driver.master=" + address(),
                "--conf",
                "spark.kubernetes.authenticate.driver.mounted.oauthTokenFile=" + token,
                "--deploy-mode",
                "client"));
    for (String argument : container(driver).getArgs()) {
      if (argument.endsWith("/spark.properties")) {
        command.add(properties.toString());
      } else if (!argument.equals("driver")) {
        command.add(argument.replace(JAR, jar));
      }
    }
    return Grokgrid.start(spark.submit(), command, spark.environment(), pod);
  }

  private static String properties(Pod driver, KubernetesClient api) {
    return driver.getSpec().getVolumes().stream()
        .flatMap(volume -> Stream.ofNullable(volume.getConfigMap()))
        .map(map -> api.configMaps().inNamespace(NAMESPACE).withName(map.getName()).get())
        .flatMap(map -> Stream.ofNullable(map.getData().get("spark.properties")))
        .findFirst()
        .orElseThrow();
  }

  private static Pod awaitPod(KubernetesClient api, String role, Grokgrid.Started by)
      throws InterruptedException {
    while (pods(api, role).isEmpty()) {
      await(by);
    }
    return pods(api, role).get(0);
  }

  private static void await(Grokgrid.Started process) throws InterruptedException {
    boolean ended = process.exit().waitFor(50, TimeUnit.MILLISECONDS);
    assertThat(ended).as("%s%n%s", process.stdout(), process.stderr()).isFalse();
  }

  private static List<Pod> pods(KubernetesClient api, String role) {
    return api.pods().inNamespace(NAMESPACE).withLabel("spark-role", role).list().getItems();
  }

  private static Container container(Pod pod) {
    assertThat(pod.getSpec().getContainers()).hasSize(1);
    return pod.getSpec().getContainers().get(0);
  }

  private static Map<String, String> environment(Container container) {
    Map<String, String> environment = new TreeMap<>();
    for (EnvVar each : container.getEnv()) {
      if (each.getValue() != null) {
        environment.put(each.getName(), each.getValue());
      }
    }
    return environment;
  }

  private static List<Object> everything(KubernetesClient api) {
    List<Object> all = new ArrayList<>(api.pods().inNamespace(NAMESPACE).list().getItems());
    all.addAll(api.configMaps().inNamespace(NAMESPACE).list().getItems());
    all.addAll(api.services().inNamespace(NAMESPACE).list().getItems());
    return all;
  }
}
