package io.grokgrid.learned;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Subject;
import io.grokgrid.base.Check;
import io.grokgrid.battery.Battery;
import io.grokgrid.battery.Sentence;
import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.Format;
import io.grokgrid.console.Sign;
import io.grokgrid.console.Table;
import io.grokgrid.run.RunSpec;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.train.Measurement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Analyses of weights from anywhere, on the driver, without a Spark session.
 *
 * @param weights a safetensors file
 */
record WeightsAnalysis(Console console, Format format, Battery battery, Path weights) {
  /** Weights carry no step that this program knows. */
  private static final int STEP = 0;

  /** More numbers of one kind than there are frequencies of any network that is looked at. */
  private static final int LONG = 250;

  /**
   * Prints what is found of the network that a study's one run describes.
   *
   * @param conf the study's file, for messages
   * @throws io.grokgrid.base.Refused if it describes several, or the weights are not of it
   */
  void print(Study study, Path conf) {
    RunSpec run = only(study.runs(), conf);
    WeightsFile file = new WeightsFile(weights, run);
    float[] parameters = file.parameters();
    noteOtherwise(file.otherwise());
    Battery.Report report = report(run, parameters);
    report.idle().forEach((name, reason) -> console.err().println(name + ": " + reason));
    List<Measurement> shown =
        format == Format.TABLE ? withoutLongSeries(report.measurements()) : report.measurements();
    format.print(table(shown), console.out(), console.colour());
    Sentence.of(report.measurements()).ifPresent(this::conclude);
  }

  /** Another split or another draw changes what is said of training and test examples. */
  private void noteOtherwise(List<String> differences) {
    if (!differences.isEmpty()) {
      console.say(
          "note: %s says that it is of another run than the configuration's: %s; all is measured as the configuration has it"
              .formatted(weights, String.join("; ", differences)));
    }
  }

  private static RunSpec only(List<PlannedRun> runs, Path conf) {
    new Check()
        .that(
            runs.size() == 1,
            conf.toString(),
            "must describe exactly one run, whose weights these are",
            runs.size() + " runs")
        .done();
    return runs.get(0).spec();
  }

  private Battery.Report report(RunSpec run, float[] parameters) {
    try (Sign sign = console.during("analysing " + weights);
        NDManager manager = Autograd.newManager(Device.cpu())) {
      Subject subject =
          new Subject(manager, run.model(), run.task(), run.training().seed(), parameters);
      return battery.measureWithControls(subject, STEP);
    }
  }

  /** Programs get all; people would not look through a number for each of hundreds of units. */
  private List<Measurement> withoutLongSeries(List<Measurement> all) {
    Map<String, Long> sizes =
        all.stream().collect(Collectors.groupingBy(WeightsAnalysis::series, Collectors.counting()));
    Map<String, Long> left = new TreeMap<>();
    List<Measurement> shown = new ArrayList<>();
    for (Measurement each : all) {
      if (sizes.getOrDefault(series(each), 0L) > LONG) {
        left.merge(each.analysis(), 1L, Long::sum);
      } else {
        shown.add(each);
      }
    }
    left.forEach(
        (analysis, count) ->
            console.say("%s: %d more values with --format csv".formatted(analysis, count)));
    return shown;
  }

  private static String series(Measurement each) {
    return each.analysis() + " " + each.name().replaceFirst("[0-9.]+$", "");
  }

  private static Table table(List<Measurement> measurements) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    measurements.forEach(each -> rows.add(List.of(each.analysis(), each.name(), each.value())));
    return new Table(List.of("analysis", "name", "value"), rows);
  }

  /** Beside data that programs read, to people alone. */
  private void conclude(String sentence) {
    if (format == Format.TABLE) {
      console.out().println(sentence);
    } else {
      console.say(sentence);
    }
  }
}
