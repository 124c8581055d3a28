package io.grokgrid.config;

import io.grokgrid.base.Problem;
import io.grokgrid.base.Refused;
import io.grokgrid.hocon.Document;
import io.grokgrid.hocon.Place;
import io.grokgrid.hocon.Problems;
import io.grokgrid.hocon.Source;
import io.grokgrid.keys.Chosen;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.KeyValues;
import io.grokgrid.keys.Leaves;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.SweepSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads configuration files: HOCON with {@code sweep}, {@code run}, {@code grid} and {@code llc},
 * above the defaults of {@code reference.conf}.
 */
public final class SpecReader {
  private static final Key NAME = Key.of("sweep.name");

  private SpecReader() {}

  /**
   * Reads, expands and checks a file.
   *
   * @param file shown in problems as it is given; a relative one is below the working directory
   * @param settings {@code path=value} each, which win over the file, later ones over earlier ones;
   *     a path begins with {@code sweep}, {@code run}, {@code grid}, {@code llc} or a section of
   *     {@code run}. A setting of {@code run} also takes the place of that axis, one of {@code
   *     grid} applies to each member of a union
   * @throws io.grokgrid.hocon.InvalidConfiguration with all problems of the file, its includes and
   *     the settings
   */
  public static Study read(Path file, List<String> settings) {
    Problems problems = new Problems();
    Document configuration = Document.read(file, settings, Defaults.CONFIG, problems);
    Chosen chosen = Chosen.of(configuration);
    Leaves.checkTop(configuration.root(), chosen, problems);
    SweepSpec sweep = sweep(file, Base.read(configuration, "sweep", chosen, problems), problems);
    LlcSpec llc = llc(Base.read(configuration, "llc", chosen, problems), problems);
    Base base = Base.read(configuration, "run", chosen, problems);
    Grid grid = new Grid(Place.of(file).source(), base, configuration.grids(), problems);
    List<PlannedRun> runs = grid.runs();
    problems.done();
    return new Study(
        Objects.requireNonNull(sweep),
        Objects.requireNonNull(llc),
        grid.axes(),
        runs,
        grid.notes());
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
    Base base = Base.read(configuration, "run", Chosen.of(configuration), problems);
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
  private static @Nullable SweepSpec sweep(Path file, Base base, Problems problems) {
    boolean isNamed = !base.get(NAME).isDerived();
    KeyValues values = isNamed ? base.values() : base.values().with(NAME, baseName(file));
    return made("sweep", () -> RunSpecs.sweep(values), base, problems);
  }

  private static @Nullable LlcSpec llc(Base base, Problems problems) {
    return made("llc", () -> RunSpecs.llc(base.values()), base, problems);
  }

  private static <R> @Nullable R made(
      String section, Supplier<R> make, Base base, Problems problems) {
    try {
      return make.get();
    } catch (Refused e) {
      for (Problem problem : e.problems()) {
        Given given = base.get(Key.of(section + "." + problem.field()));
        problems.add(given.place(), given.path(), problem.rule(), problem.value());
      }
      return null;
    }
  }

  private static String baseName(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
