package io.grokgrid.inspect;

import io.grokgrid.base.Nearest;
import io.grokgrid.config.Study;
import io.grokgrid.options.Options;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * One of two sets of runs that are compared, as it was given: a store, a configuration, or a word
 * that may be a sweep.
 *
 * @param store that it is, or that {@code --out} names
 * @param isStore whether it is all of that store
 * @param study whose grid it is, if any
 */
record Side(String given, Store store, boolean isStore, @Nullable Study study) {
  /**
   * Tells what was given, as far as that is possible without Spark.
   *
   * @param out the store of sweeps and configurations
   * @throws RefusedSql if it is nothing of the kind
   */
  static Side of(String given, Store out, Configuration hadoop) throws IOException {
    if (given.endsWith(".conf") || isFile(given)) {
      return new Side(given, out, false, new Options.Settings().read(Path.of(given)));
    }
    boolean isPlace = given.matches("(?s).*[/\\\\:].*|\\.+");
    Store store = new Store(given);
    if (isPlace && !store.hasRuns(hadoop)) {
      throw new RefusedSql(
          "a store to compare must hold runs, was " + RefusedSql.cut(given, 80) + " (none there)");
    }
    return isPlace ? new Side(given, store, true, null) : new Side(given, out, false, null);
  }

  private static boolean isFile(String given) {
    try {
      return Files.isRegularFile(Path.of(given));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Whether it is a word that may be a sweep's name. */
  boolean isWord() {
    return !isStore && study == null;
  }

  /**
   * A word told from the sweeps that there are: that sweep, or the store of this name.
   *
   * @throws RefusedSql if it is neither or both
   */
  Side among(List<String> sweeps, Configuration hadoop) throws IOException {
    boolean isSweep = sweeps.contains(given);
    Store folder = new Store(given);
    boolean holdsRuns = !given.isBlank() && folder.hasRuns(hadoop);
    if (isSweep && holdsRuns) {
      throw new RefusedSql(
          "%s is a sweep of the store %s, and a store: ./%s is the store"
              .formatted(given, store.root(), given));
    }
    if (!isSweep && !holdsRuns) {
      throw new RefusedSql(unknown(sweeps));
    }
    return isSweep ? this : new Side(given, folder, true, null);
  }

  private String unknown(List<String> sweeps) {
    String meant = Nearest.to(given, sweeps).map(" (did you mean %s?)"::formatted).orElse("");
    return "must be a store, a sweep of the store %s or a configuration, was %s%s; its sweeps are %s"
        .formatted(
            store.root(),
            RefusedSql.cut(given, 80),
            meant,
            sweeps.isEmpty() ? "none" : RefusedSql.cut(String.join(", ", sweeps), 200));
  }
}
