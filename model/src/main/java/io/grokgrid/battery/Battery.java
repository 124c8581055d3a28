package io.grokgrid.battery;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.AttentionPattern;
import io.grokgrid.analysis.Basics;
import io.grokgrid.analysis.CircleIsolation;
import io.grokgrid.analysis.Circularity;
import io.grokgrid.analysis.Commutativity;
import io.grokgrid.analysis.DistanceIrrelevance;
import io.grokgrid.analysis.EmbeddingPca;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.GradientSymmetricity;
import io.grokgrid.analysis.Losses;
import io.grokgrid.analysis.Stability;
import io.grokgrid.analysis.Subject;
import io.grokgrid.analysis.WeightNorms;
import io.grokgrid.base.Check;
import io.grokgrid.base.Nearest;
import io.grokgrid.fourier.Certificate;
import io.grokgrid.fourier.EffectiveWeights;
import io.grokgrid.fourier.FourierEmbedding;
import io.grokgrid.fourier.FourierSimilarity;
import io.grokgrid.fourier.LogitSpectrum;
import io.grokgrid.fourier.NeuronClusters;
import io.grokgrid.fourier.NeuronPhases;
import io.grokgrid.fourier.PairSpectrum;
import io.grokgrid.fourier.Progress;
import io.grokgrid.group.CharacterLogits;
import io.grokgrid.group.Cosets;
import io.grokgrid.group.Representations;
import io.grokgrid.net.Model;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Task;
import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Some of the analyses that there are: the one list of them all is here. */
public final class Battery {
  private static final List<Analysis> ALL =
      List.of(
          new Losses(),
          new WeightNorms(),
          new AttentionPattern(),
          new GradientSymmetricity(),
          new DistanceIrrelevance(),
          new Circularity(),
          new CircleIsolation(),
          new EmbeddingPca(4),
          new Commutativity(),
          new Stability(),
          new FourierEmbedding(),
          new NeuronClusters(),
          new NeuronPhases(),
          new PairSpectrum(),
          new LogitSpectrum(),
          new FourierSimilarity(),
          new Progress(),
          new Certificate(),
          new EffectiveWeights(),
          new CharacterLogits(),
          new Representations(),
          new Cosets());

  /**
   * Those whose numbers need not be near 0 in a network as it is drawn, before any training: the
   * same of such a network is the control without which they would be taken for something learned.
   */
  private static final Set<String> CONTROLLED =
      Set.of(
          "weights",
          "attention",
          "gradient_symmetricity",
          "distance_irrelevance",
          "circularity",
          "symmetry",
          "fourier_embedding");

  /** How names of numbers of a network as it is drawn begin. */
  private static final String INITIAL = "initial.";

  /** What a sweep measures beside {@link Basics} where {@code record.analyses} is auto. */
  private static final Set<String> CHEAP = Set.of("fourier_embedding", "circularity");

  private static final String AUTO = "auto";
  private static final String EVERY = "all";
  private static final Set<String> WHOLE = Set.of(AUTO, EVERY);

  /** Estimated on one core of a current server: of an analysis alone. */
  private static final double SECONDS = 0.004;

  /** Likewise, of a forward pass of all pairs. */
  private static final double SECONDS_A_PARAMETER_AND_PAIR = 2.5e-10;

  private final List<Analysis> analyses;

  /**
   * What analyses found of a network.
   *
   * @param idle why others say nothing about it, by name
   */
  public record Report(List<Measurement> measurements, Map<String, String> idle) {
    /**
     * Those that are kept: what is not defined is not there, since SQL takes NaN for the largest.
     */
    public List<Measurement> defined() {
      return measurements.stream().filter(each -> !Double.isNaN(each.value())).toList();
    }
  }

  private Battery(List<Analysis> analyses) {
    this.analyses = analyses;
  }

  private static Battery those(Collection<String> names) {
    return new Battery(ALL.stream().filter(each -> names.contains(each.name())).toList());
  }

  /** The names of all analyses. */
  public static List<String> names() {
    return ALL.stream().map(Analysis::name).toList();
  }

  /** All of them. */
  public static Battery all() {
    return new Battery(ALL);
  }

  /**
   * Those of the names.
   *
   * @param field how errors call where the names stand, such as {@code --only}
   * @throws io.grokgrid.base.Refused if a name is none
   */
  public static Battery of(Collection<String> names, String field) {
    check(new Check(), field, "", names(), names).done();
    return those(names);
  }

  /** Notes what of a text is not what {@code record.analyses} can be. */
  public static Check check(Check check, String field, String text) {
    if (text.equals(AUTO) || text.equals(EVERY)) {
      return check;
    }
    List<String> names = split(text);
    List<String> others = names.stream().filter(name -> !WHOLE.contains(name)).toList();
    boolean alone = names.size() == 1 || others.size() == names.size();
    check.that(alone, field, "must be names, auto or all must stand alone", text);
    String before = "auto, all, or some of ";
    return check(check, field, before, recordable(), names.size() == 1 ? names : others);
  }

  private static Check check(
      Check check, String field, String before, List<String> known, Collection<String> names) {
    for (String name : names) {
      String one = before.isEmpty() ? "one of " : before;
      String rule = "must be " + one + String.join(", ", known);
      String was = name.isEmpty() ? "\"\"" : name;
      check.that(known.contains(name), field, rule, was + hint(name, known));
    }
    return check;
  }

  private static String hint(String name, List<String> known) {
    return name.chars().anyMatch(Character::isWhitespace)
        ? "; names have commas in between"
        : Nearest.to(name.toLowerCase(Locale.ROOT), known)
            .map(near -> "; did you mean " + near + "?")
            .orElse("");
  }

  private static List<String> recordable() {
    return Stream.concat(Basics.NAMES.stream(), names().stream()).distinct().toList();
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  /** What {@code record.analyses} asks for, losses too. */
  public static Set<String> recordedNames(String text) {
    return Set.copyOf(
        text.equals(AUTO)
            ? Stream.concat(Basics.NAMES.stream(), CHEAP.stream()).toList()
            : text.equals(EVERY) ? recordable() : split(text));
  }

  /** Whether {@code record.analyses} asks for one of {@link Basics#NAMES}. */
  static boolean asksFor(String basic, String text) {
    return text.equals(AUTO) || text.equals(EVERY) || split(text).contains(basic);
  }

  /**
   * What a sweep measures of the weights themselves: what {@code record.analyses} asks for, but for
   * the losses, which the metrics have.
   */
  public static Battery recorded(String text) {
    Collection<String> asked =
        text.equals(AUTO) ? CHEAP : text.equals(EVERY) ? names() : split(text);
    return those(asked.stream().filter(name -> !name.equals(Basics.LOSS)).toList());
  }

  /** Their names. */
  public List<String> asked() {
    return analyses.stream().map(Analysis::name).toList();
  }

  public boolean isEmpty() {
    return analyses.isEmpty();
  }

  /** About how long they take, in seconds of one core. */
  public double seconds(Model model, Task task) {
    double n = task.match(TableTask::elements, sequences -> 0);
    double parameters = model.layout(model.signature(task)).size();
    double pass = SECONDS_A_PARAMETER_AND_PAIR * parameters * n * n;
    double passes = analyses.stream().mapToDouble(Analysis::passes).sum();
    return SECONDS * analyses.size() + pass * (passes > 0 ? 1 + passes : 0);
  }

  /** Whether some of them look at the end of a run, too. */
  public boolean asksForEnd() {
    return analyses.stream().anyMatch(Analysis::asksForEnd);
  }

  /** What they find at a step. */
  public Report measure(Subject subject, int step) {
    return measure(subject, step, null);
  }

  /**
   * The same, and under names that begin with {@code initial.} what they find of the network as its
   * run draws it, of those where that need not be near 0. The own draw of weights from elsewhere is
   * not known; this is then another of the same law.
   */
  public Report measureWithControls(Subject subject, int step) {
    return measure(subject, step, subject.initial());
  }

  private Report measure(Subject subject, int step, @Nullable Subject initial) {
    List<Measurement> found = new ArrayList<>();
    Map<String, String> idle = new LinkedHashMap<>();
    for (Analysis analysis : analyses) {
      Optional<String> reason = idle(analysis, subject);
      if (reason.isPresent()) {
        idle.put(analysis.name(), reason.get());
      } else {
        Findings findings = new Findings(step, analysis.name());
        analysis.measure(subject, findings);
        if (initial != null && CONTROLLED.contains(analysis.name())) {
          analysis.measure(initial, findings.under(INITIAL));
        }
        found.addAll(findings.measurements());
      }
    }
    return new Report(found, idle);
  }

  private static Optional<String> idle(Analysis analysis, Subject subject) {
    if (!analysis.isOfWeightsAlone() && !subject.isOfPairs()) {
      return Optional.of("needs a network over pairs");
    }
    Optional<String> reason = analysis.idle(subject);
    return reason.isEmpty() && analysis.passes() > 0 && !subject.fits()
        ? Optional.of("needs more memory than this process has")
        : reason;
  }
}
