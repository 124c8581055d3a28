package io.grokgrid.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.base.Refused;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.SpecReader;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.StepForm;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.tensor.Autograd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares every kind of tiny run, to the last bit, with what the same machine computed before, in
 * a file that the system property {@code grokgrid.pins} names; writes that file where there is
 * none.
 */
class PinnedRunsTest {
  /** What stands behind {@code word} in the resource. */
  private static List<String> lines(String word) throws IOException {
    Path file = Path.of("src/test/resources/pinned-runs.txt");
    return Files.readAllLines(file).stream()
        .filter(line -> line.equals(word) || line.startsWith(word + " "))
        .map(line -> line.substring(word.length()).trim())
        .toList();
  }

  private static List<String> changes() throws IOException {
    List<String> changes = new ArrayList<>(lines("change"));
    for (Key key : Key.ALL) {
      boolean isBoolean = key.type() == boolean.class;
      List<String> values = isBoolean ? List.of("true", "false") : key.constants();
      if (!key.name().equals("kind")) {
        values.forEach(value -> changes.add(key.path() + "=" + value));
      }
    }
    return changes;
  }

  private static Map<String, Object> values(String settings) {
    Map<String, Object> values = new HashMap<>();
    for (String setting : settings.trim().split("\\s+", -1)) {
      int end = setting.indexOf('=');
      String path = setting.substring(0, end);
      values.put(path, value(path, setting.substring(end + 1)));
    }
    return values;
  }

  private static Object value(String path, String text) {
    return switch (Key.of(path).type().getSimpleName()) {
      case "int" -> Integer.valueOf(text);
      case "long" -> Long.valueOf(text);
      case "double" -> Double.valueOf(text);
      case "boolean" -> Boolean.valueOf(text);
      default -> text;
    };
  }

  /** None where a rule refuses the run. */
  private static Optional<RunSpec> spec(String settings) {
    try {
      return Optional.of(RunSpecs.of(values(settings)));
    } catch (Refused e) {
      return Optional.empty();
    }
  }

  private static String line(String name, RunSpec spec) {
    PlannedRun run = new PlannedRun(RunId.of(spec), spec);
    Digest all = new Digest();
    RunResult result =
        new Experiment(run, Device.cpu(), 1, null)
            .run(
                now -> true,
                (step, file) -> {
                  all.add(step);
                  all.add(file);
                })
            .orElseThrow();
    all.add(result.metrics());
    all.add(result.attention());
    all.add(result.measurements());
    return String.join(
        " | ",
        name,
        run.id(),
        RunId.canonical(spec),
        result.outcome() + (result.error() == null ? "" : " " + result.error()),
        "step " + result.lastStep(),
        all.hex(),
        StepForm.of(spec) + " else " + textbook(spec));
  }

  /** Of the first two updates' gradients and of the evaluation in the forms without pair tables. */
  private static String textbook(RunSpec spec) {
    Digest all = new Digest();
    for (StepForm form : List.of(StepForm.ANSWER_ONLY, StepForm.TEXTBOOK)) {
      try (NDManager manager = Autograd.newManager(Device.cpu())) {
        TrainingStep step = form.step(manager, spec);
        float[] parameters = spec.model().init().draw(spec.layout(), spec.training().seed());
        float[] gradient = new float[parameters.length];
        for (int update = 0; update < 2; update++) {
          all.add(step.lossAndGradient(parameters, gradient, update));
          all.add(gradient);
        }
        all.add(step.evaluate(parameters, true));
        all.add(step.attention(parameters, 1));
        all.add(step.trainAttention(parameters, 1));
      }
    }
    return all.hex();
  }

  private static List<String> runs() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String base : lines("base")) {
      int end = base.indexOf(' ');
      Set<RunSpec> seen = new HashSet<>();
      for (String change : changes()) {
        String settings = lines("all").get(0) + base.substring(end) + " " + change;
        spec(settings)
            .filter(seen::add)
            .ifPresent(run -> lines.add(line(base.substring(0, end) + " " + change, run)));
      }
    }
    return lines;
  }

  private static String configuration(Path file) {
    List<PlannedRun> runs = SpecReader.read(file, List.of()).runs();
    Digest ids = new Digest();
    runs.forEach(run -> ids.add(run.ids()));
    return file + " | " + runs.size() + " runs | " + ids.hex();
  }

  private static List<String> configurations() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../conf"))) {
      return files
          .filter(path -> path.toString().endsWith(".conf"))
          .sorted()
          .map(PinnedRunsTest::configuration)
          .toList();
    }
  }

  @Test
  void everyNumberIsAsItWas() throws IOException {
    String name = System.getProperty("grokgrid.pins", "");
    assumeFalse(name.isEmpty(), "no file of pins");
    List<String> lines = new ArrayList<>(runs());
    lines.addAll(configurations());
    Path file = Path.of(name);
    if (Files.notExists(file)) {
      Files.write(file, lines);
    }
    List<String> pinned = Files.readAllLines(file);
    for (int i = 0; i < Math.min(lines.size(), pinned.size()); i++) {
      assertThat(lines.get(i)).as("line %d of %s", i + 1, file).isEqualTo(pinned.get(i));
    }
    assertThat(lines).hasSameSizeAs(pinned);
  }
}
