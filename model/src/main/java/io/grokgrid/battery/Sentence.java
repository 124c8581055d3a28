package io.grokgrid.battery;

import io.grokgrid.analysis.Verdict;
import io.grokgrid.train.Measurement;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A finding in words: {@code Clock-like: gradient symmetricity 0.31, distance irrelevance 0.84;
 * frequencies 14, 35, 41, 42, 52; keeping only these: loss 6e-8, removing them: 8.2 (random sets
 * 3e-7)}. What was not measured is left out.
 */
public final class Sentence {
  /** Accuracy on test examples, below which there is no algorithm to be named. */
  private static final double LEARNED = 0.9;

  private static final String OF_OTHERS = " on test examples";

  private static final String KEY_FREQUENCY = "key_frequency.";
  private static final double LEAST_PLAIN = 1e-3;
  private static final double MOST_PLAIN = 1e5;

  private final List<Measurement> found;

  private Sentence(List<Measurement> found) {
    this.found = found;
  }

  /** About what analyses found of one network; none if they say nothing that has words. */
  public static Optional<String> of(List<Measurement> found) {
    Sentence sentence = new Sentence(found);
    OptionalDouble accuracy = sentence.value("loss", "test_accuracy");
    if (accuracy.isPresent() && !(accuracy.getAsDouble() >= LEARNED)) {
      return Optional.of("Not learned: accuracy " + share(accuracy.getAsDouble()) + OF_OTHERS);
    }
    List<String> parts = new ArrayList<>();
    sentence.addCircles(parts);
    sentence.addFrequencies(parts);
    if (parts.isEmpty() && accuracy.isPresent()) {
      parts.add("Learned: accuracy " + share(accuracy.getAsDouble()) + OF_OTHERS);
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(capitalised(String.join("; ", parts)));
  }

  private OptionalDouble value(String analysis, String name) {
    return found.stream()
        .filter(each -> each.analysis().equals(analysis) && each.name().equals(name))
        .mapToDouble(Measurement::value)
        .filter(Double::isFinite)
        .findFirst();
  }

  /** "name value", if it was measured. */
  private List<String> told(String name, OptionalDouble value) {
    return value.isPresent() ? List.of(name + " " + number(value.getAsDouble())) : List.of();
  }

  private void addCircles(List<String> parts) {
    OptionalDouble symmetricity = value("gradient_symmetricity", "mean");
    OptionalDouble irrelevance = value("distance_irrelevance", "correct_logit");
    List<String> told = new ArrayList<>(told("gradient symmetricity", symmetricity));
    told.addAll(told("distance irrelevance", irrelevance));
    if (!told.isEmpty()) {
      String verdict =
          told.size() == 2
              ? verdict(symmetricity.getAsDouble(), irrelevance.getAsDouble()) + ": "
              : "";
      parts.add(verdict + String.join(", ", told));
    }
  }

  private static String verdict(double symmetricity, double irrelevance) {
    return switch (Verdict.of(symmetricity, irrelevance)) {
      case PIZZA -> "Pizza-like";
      case CLOCK -> "Clock-like";
      case NEITHER -> "Neither Clock nor Pizza";
    };
  }

  /** Without key frequencies there is nothing to be kept or removed. */
  private void addFrequencies(List<String> parts) {
    String frequencies =
        found.stream()
            .filter(each -> each.analysis().equals("progress"))
            .filter(each -> each.name().startsWith(KEY_FREQUENCY) && each.value() == 1)
            .map(each -> each.name().substring(KEY_FREQUENCY.length()))
            .collect(Collectors.joining(", "));
    if (!frequencies.isEmpty()) {
      parts.add("frequencies " + frequencies);
      addCauses(parts);
    } else if (value("progress", "key_frequencies").isPresent()) {
      parts.add("no frequency has a cluster of neurons");
    }
  }

  /** Of the logits, then of the network that sees such embeddings. */
  private void addCauses(List<String> parts) {
    List<String> ofLogits = causes("keeping only these: ", "logits_", List.of());
    if (!ofLogits.isEmpty()) {
      parts.add(String.join(", ", ofLogits));
    }
    List<String> doubles = told("with their doubles", value("certificate", "kept_doubled_loss"));
    List<String> ofEmbeddings = causes("in the embedding alone: ", "", doubles);
    if (!ofEmbeddings.isEmpty()) {
      parts.add(String.join(", ", ofEmbeddings));
    }
  }

  private List<String> causes(String words, String of, List<String> beside) {
    List<String> told = new ArrayList<>();
    told("loss", value("certificate", of + "kept_loss"))
        .forEach(kept -> told.add(words + kept + random(of + "kept", beside)));
    told("removing them:", value("certificate", of + "removed_loss"))
        .forEach(removed -> told.add(removed + random(of + "removed", List.of())));
    return told;
  }

  /** In brackets, behind {@code others}, what the same does with random sets. */
  private String random(String what, List<String> others) {
    List<String> told = new ArrayList<>(others);
    told.addAll(told("random sets", value("certificate", "random_" + what + "_loss.mean")));
    return told.isEmpty() ? "" : " (" + String.join("; ", told) + ")";
  }

  /** Two digits, of what is very small or large one: 0.31, 8.2, 6e-8. */
  private static String number(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < LEAST_PLAIN || size >= MOST_PLAIN)) {
      return String.format(Locale.ROOT, "%.0e", value)
          .replaceFirst("e([+-])0?", "e$1")
          .replace("e+", "e");
    }
    return new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }

  /** Three digits, cut and not rounded: 1 is all. */
  private static String share(double value) {
    return new BigDecimal(value)
        .setScale(3, RoundingMode.DOWN)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String capitalised(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
