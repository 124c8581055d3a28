package io.grokgrid.battery;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.AtInitialization;
import io.grokgrid.analysis.AttentionPattern;
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
import io.grokgrid.group.CharacterLogits;
import io.grokgrid.group.Cosets;
import io.grokgrid.group.Representations;
import io.grokgrid.train.Measurement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Some of the analyses that there are: the one list of them all is here. */
public final class Battery {
  private static final List<Analysis> ALL =
      List.of(
          new Losses(),
          new AtInitialization(new WeightNorms()),
          new AtInitialization(new AttentionPattern()),
          new AtInitialization(new GradientSymmetricity()),
          new AtInitialization(new DistanceIrrelevance()),
          new AtInitialization(new Circularity()),
          new CircleIsolation(),
          new EmbeddingPca(4),
          new AtInitialization(new Commutativity()),
          new Stability(),
          new CharacterLogits(),
          new Representations(),
          new Cosets());

  private final List<Analysis> analyses;

  /**
   * What analyses found of a network.
   *
   * @param idle why others say nothing about it, by name
   */
  public record Report(List<Measurement> measurements, Map<String, String> idle) {}

  private Battery(List<Analysis> analyses) {
    this.analyses = analyses;
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
    Check check = new Check();
    for (String name : names) {
      String near = Nearest.to(name, names()).map(n -> "; did you mean " + n + "?").orElse("");
      String rule = "must be one of " + String.join(", ", names()) + near;
      check.that(names().contains(name), field, rule, name);
    }
    check.done();
    return new Battery(ALL.stream().filter(a -> names.contains(a.name())).toList());
  }

  /** What they find at a step. */
  public Report measure(Subject subject, int step) {
    List<Measurement> found = new ArrayList<>();
    Map<String, String> idle = new LinkedHashMap<>();
    for (Analysis analysis : analyses) {
      Optional<String> reason = idle(analysis, subject);
      if (reason.isPresent()) {
        idle.put(analysis.name(), reason.get());
      } else {
        Findings findings = new Findings(step, analysis.name());
        analysis.measure(subject, findings);
        found.addAll(findings.measurements());
      }
    }
    return new Report(found, idle);
  }

  private static Optional<String> idle(Analysis analysis, Subject subject) {
    return subject.isOfPairs() || analysis.isOfWeightsAlone()
        ? analysis.idle(subject)
        : Optional.of("needs a network over pairs");
  }
}
