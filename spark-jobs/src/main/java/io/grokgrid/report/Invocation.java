package io.grokgrid.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a report was asked for, and how to ask for what is in it. Not what Spark was told: secrets
 * may be in it.
 *
 * @param sweeps that it is about; none of all
 * @param options which runs of which store, as words of the command line
 * @param watch every how many seconds it is written again, if it is
 */
record Invocation(List<String> sweeps, List<String> options, @Nullable Integer watch) {
  private static final String PLAIN = "[\\w./:=@%+,-]+";

  String report() {
    String again = watch == null ? "" : " --watch=" + watch;
    return "submit/grokgrid report" + words(options.stream()) + again;
  }

  /** How to get the rows of a table. */
  String query(Question question) {
    Stream<String> asked =
        question.isNamed() ? Stream.of(question.asked().split(" ")) : Stream.of(question.asked());
    return "submit/grokgrid query" + words(Stream.concat(asked, options.stream()));
  }

  private static String words(Stream<String> words) {
    return words.map(word -> " " + quoted(word)).collect(Collectors.joining());
  }

  /** As a shell reads it. */
  private static String quoted(String word) {
    if (word.matches(PLAIN)) {
      return word;
    }
    boolean hasQuote = word.contains("'");
    return hasQuote && !word.contains("!") // of which an interactive shell makes something else
        ? "\"" + word.replaceAll("[\"$`\\\\]", "\\\\$0") + "\""
        : "'" + word.replace("'", "'\\''") + "'";
  }
}
