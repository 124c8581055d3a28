package io.grokgrid.config;

import com.typesafe.config.ConfigObject;
import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.hocon.Document;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.hocon.Source;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.Leaves;
import io.grokgrid.keys.Schema;
import io.grokgrid.keys.Values;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.run.SweepSpec.DeviceChoice;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads configuration files: HOCON with {@code sweep}, {@code run} and {@code grid}, above the
 * defaults of {@code reference.conf}.
 */
public final class SpecReader {
  private SpecReader() {}

  /**
   * Reads, expands and checks a file.
   *
   * @param file shown in problems as it is given; a relative one is below the working directory
   * @param settings {@code path=value} each, which win over the file, later ones over earlier ones;
   *     a path begins with {@code sweep}, {@code run}, {@code grid} or a section of {@code run}. A
   *     setting of {@code run} also takes the place of that axis, one of {@code grid} applies to
   *     each member of a union
   * @throws io.grokgrid.hocon.InvalidConfiguration with all problems of the file, its includes and
   *     the settings
   */
  public static Study read(Path file, List<String> settings) {
    Problems problems = new Problems();
    Document configuration = Document.read(file, settings, Defaults.CONFIG, problems);
    ConfigObject root = configuration.root();
    Chosen chosen = Chosen.of(configuration);
    Leaves.checkTop(root, chosen, problems);
    SweepSpec sweep = sweep(file, Leaves.object(root, "sweep", problems), chosen, problems);
    Base base =
        Base.read(
            Leaves.object(root, "run", problems), chosen, configuration.substituted(), problems);
    Grid grid = new Grid(Place.of(file).source(), base, configuration.grids(), problems);
    List<PlannedRun> runs = grid.runs();
    problems.done();
    return new Study(Objects.requireNonNull(sweep), grid.axes(), runs, grid.notes());
  }

  /**
   * The run that a preset of this project describes.
   *
   * @param name a file in {@code conf/presets}, without its extension
   * @param settings as for {@link #read}
   * @throws io.grokgrid.hocon.InvalidConfiguration likewise
   */
  public static RunSpec preset(String name, List<String> settings) {
    Problems problems = new Problems();
    Source source = Source.resource("presets/" + name + ".conf").orElseThrow();
    Document configuration = Document.read(source, settings, Defaults.CONFIG, problems);
    ConfigObject run = Leaves.object(configuration.root(), "run", problems);
    Base base = Base.read(run, Chosen.of(configuration), configuration.substituted(), problems);
    List<PlannedRun> runs = new Grid("", base, List.of(), problems).runs();
    problems.done();
    return runs.get(0).spec();
  }

  /**
   * The whole configuration as one HOCON text that reads as the same study: every key of sweep, run
   * and grid that says something about a run on its line, with the place where its value was
   * written behind it.
   *
   * @throws io.grokgrid.hocon.InvalidConfiguration as {@link #read}
   */
  public static String resolved(Path file, List<String> settings) {
    Study study = read(file, settings);
    return Resolved.text(study, Document.read(file, settings, Defaults.CONFIG, new Problems()));
  }

  /** Null after noting what is wrong. */
  private static @Nullable SweepSpec sweep(
      Path file, ConfigObject sweep, Chosen chosen, Problems problems) {
    Values reader = new Values(chosen, problems);
    for (String name : sweep.keySet()) {
      if (Key.find("sweep", name) == null) {
        Place place = Place.of(sweep.getOrDefault(name, sweep).origin());
        Optional<String> meant = Schema.meantInSweep(name, chosen);
        problems.addUnknown(place, "sweep." + name, meant, Schema.SWEEP_NAMES);
      }
    }
    Map<String, Object> values = new HashMap<>();
    Map<String, Place> places = new HashMap<>();
    for (Key key : Key.SWEEP) {
      var written = sweep.getOrDefault(key.name(), Defaults.value(key));
      Object value = reader.read(key, key.path(), written);
      places.put(key.name(), Place.of(written.origin()));
      if (value != null) {
        values.put(key.name(), value);
      }
    }
    try {
      return sweep(file, values);
    } catch (Refused e) {
      for (Problem problem : e.problems()) {
        Place place = places.getOrDefault(problem.field(), Place.of(file));
        problems.add(place, "sweep." + problem.field(), problem.rule(), problem.value());
      }
      return null;
    }
  }

  /** What could not be read is left at a value that nothing refuses. */
  private static SweepSpec sweep(Path file, Map<String, Object> values) {
    String name = (String) values.getOrDefault("name", Defaults.AUTO);
    String deviceName = (String) values.getOrDefault("device", Defaults.AUTO);
    DeviceChoice device = DeviceChoice.valueOf(deviceName.toUpperCase(Locale.ROOT));
    Object gpus = values.getOrDefault("gpus", Defaults.AUTO);
    return new SweepSpec(
        name.equals(Defaults.AUTO) ? baseName(file) : name,
        device,
        gpus instanceof Integer number ? number : device == DeviceChoice.GPU ? 1 : 0,
        (double) values.getOrDefault("max_hours", 0.0));
  }

  private static String baseName(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
