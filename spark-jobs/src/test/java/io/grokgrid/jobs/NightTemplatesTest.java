package io.grokgrid.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The templates of nights, read as Kubernetes and the Spark operator read them: no key unknown. */
class NightTemplatesTest {
  private static final Path EXAMPLES = Grokgrid.repository().resolve("submit/examples");

  /** The model of Kubernetes' API keeps unknown keys aside; here they are refused. */
  private static final ObjectMapper STRICT =
      new ObjectMapper(new YAMLFactory())
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  @Test
  void theCronJobIsOneAndTriesAgainWhatMayEndOtherwise() throws IOException {
    CronJob night = STRICT.readValue(text("nightly-cronjob.yaml"), CronJob.class);
    assertThat(night.getApiVersion()).isEqualTo("batch/v1");
    assertThat(night.getKind()).isEqualTo("CronJob");
    checkSchedule(night.getSpec().getSchedule(), night.getSpec().getConcurrencyPolicy());
    JobSpec job = night.getSpec().getJobTemplate().getSpec();
    PodSpec pod = job.getTemplate().getSpec();
    // Kubernetes takes a policy of failures with this one alone.
    assertThat(pod.getRestartPolicy()).isEqualTo("Never");
    List<String> names = pod.getContainers().stream().map(Container::getName).toList();
    PodFailurePolicyRule ends = job.getPodFailurePolicy().getRules().get(0);
    assertThat(ends.getAction()).isEqualTo("FailJob");
    assertThat(ends.getOnExitCodes().getContainerName()).isIn(names);
    assertThat(ends.getOnExitCodes().getOperator()).isEqualTo("In");
    assertThat(ends.getOnExitCodes().getValues()).containsExactly(2, 3);
    PodFailurePolicyRule evicted = job.getPodFailurePolicy().getRules().get(1);
    assertThat(evicted.getAction()).isEqualTo("Ignore");
    assertThat(evicted.getOnPodConditions().get(0).getType()).isEqualTo("DisruptionTarget");
    ResourceRequirements resources = pod.getContainers().get(0).getResources();
    assertThat(amount(resources.getLimits(), "memory"))
        .isEqualByComparingTo(amount(resources.getRequests(), "memory"))
        .isEqualByComparingTo(BigDecimal.valueOf(8L << 30));
    assertThat(amount(resources.getRequests(), "cpu")).isPositive();
  }

  private static BigDecimal amount(Map<String, Quantity> quantities, String name) {
    return Objects.requireNonNull(quantities.get(name)).getNumericalAmount();
  }

  @Test
  void aKeyThatKubernetesDoesNotKnowIsSeen() throws IOException {
    String text = text("nightly-cronjob.yaml");
    for (String key : List.of("backoffLimit", "restartPolicy", "onPodConditions", "limits")) {
      String wrong = text.replace(key + ":", key + "s:");
      assertThat(wrong).isNotEqualTo(text);
      assertThatThrownBy(() -> STRICT.readValue(wrong, CronJob.class))
          .isInstanceOf(UnrecognizedPropertyException.class)
          .hasMessageContaining(key + "s");
    }
  }

  /**
   * What the template may say, of the operator's API {@code v1beta2} (its definition of the
   * resource is in no registry that this build knows). More keys than these it has, not fewer.
   */
  record Scheduled(String apiVersion, String kind, ObjectMeta metadata, Schedule spec) {}

  record Schedule(
      @JsonProperty(required = true) String schedule,
      String concurrencyPolicy,
      int successfulRunHistoryLimit,
      int failedRunHistoryLimit,
      Application template) {}

  record Application(
      String type,
      String mode,
      String sparkVersion,
      String image,
      String mainClass,
      String mainApplicationFile,
      List<String> arguments,
      Restart restartPolicy,
      Map<String, String> sparkConf,
      Role driver,
      Role executor) {}

  record Restart(String type) {}

  record Role(
      int instances, int cores, String memory, String memoryOverhead, String serviceAccount) {}

  @Test
  void theOperatorSubmitsANightOnce() throws IOException {
    Scheduled night = STRICT.readValue(text("nightly-spark-operator.yaml"), Scheduled.class);
    assertThat(night.apiVersion()).isEqualTo("sparkoperator.k8s.io/v1beta2");
    assertThat(night.kind()).isEqualTo("ScheduledSparkApplication");
    checkSchedule(night.spec().schedule(), night.spec().concurrencyPolicy());
    Application application = night.spec().template();
    assertThat(application.type()).isEqualTo("Java");
    assertThat(application.mode()).isEqualTo("cluster");
    assertThat(application.mainClass()).isEqualTo(io.grokgrid.cli.Main.class.getName());
    assertThat(application.arguments()).startsWith("nightly").contains("--out");
    // Always and OnFailure would submit a night again that ended with 3: failed runs, or drift.
    assertThat(application.restartPolicy().type()).isEqualTo("Never");
    assertThat(application.driver().serviceAccount()).isNotEmpty();
    assertThat(application.executor())
        .isEqualTo(new Role(20, 1, "1g", "2g", application.executor().serviceAccount()));
    String options = application.sparkConf().get("spark.executor.defaultJavaOptions");
    assertThat(options(Objects.requireNonNull(options)))
        .isEqualTo(options(script("kubernetes.sh")));
  }

  private static void checkSchedule(String schedule, String concurrency) {
    assertThat(schedule).matches("[0-9]{1,2} [0-9]{1,2} \\* \\* \\*");
    assertThat(concurrency).isEqualTo("Forbid"); // a night's second half may still hold the store
  }

  /** All templates train as the launcher does. */
  @Test
  void executorsTrainAsWithTheLauncher() throws IOException {
    String launcher = Files.readString(Grokgrid.repository().resolve("submit/grokgrid"));
    Set<String> options = new TreeSet<>(options(script("standalone.sh")));
    assertThat(options(script("kubernetes.sh"))).isEqualTo(options);
    assertThat(options(script("yarn.sh"))).isEqualTo(options);
    for (String option : options) {
      String written = option.replaceAll("(Layer)?Vectors", Matcher.quoteReplacement("$name"));
      assertThat(launcher).contains(written);
    }
    assertThat(options).hasSizeGreaterThan(5);
  }

  private static String script(String name) throws IOException {
    Matcher array = Pattern.compile("\\njava=\\(([^)]*)\\)").matcher(text(name));
    assertThat(array.find()).isTrue();
    return array.group(1);
  }

  private static Set<String> options(String text) {
    return new TreeSet<>(Arrays.asList(text.replace("'", "").strip().split("\\s+")));
  }

  private static String text(String name) throws IOException {
    return Files.readString(EXAMPLES.resolve(name));
  }
}
