package io.grokgrid.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store of a test, wherever it is.
 *
 * @param folder for copies
 * @param elsewhere where it is, unless on the local disk
 */
record Place(String out, Path folder, @Nullable Elsewhere elsewhere) {
  static Place local(Path folder, String name) {
    return new Place(folder.resolve(name).toString(), folder, null);
  }

  static Place in(Elsewhere elsewhere, Path folder, String name) {
    return new Place(elsewhere.store(name), folder, elsewhere);
  }

  /** What it holds now, of a store elsewhere as a copy. */
  StoreRows rows() throws IOException {
    return elsewhere == null
        ? new StoreRows(Path.of(out))
        : elsewhere.copy(out, Files.createTempDirectory(folder, "copy").resolve("out"));
  }

  /** Makes it hold what a local store holds. */
  void fill(Path store) throws IOException {
    var hadoop =
        elsewhere == null ? new org.apache.hadoop.conf.Configuration() : elsewhere.hadoop();
    var to = new org.apache.hadoop.fs.Path(out);
    try (Stream<Path> all = Files.walk(store)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.toString().endsWith(".crc")) {
          var place = new org.apache.hadoop.fs.Path(to, store.relativize(file).toString());
          try (var there = place.getFileSystem(hadoop).create(place)) {
            Files.copy(file, there);
          }
        }
      }
    }
  }

  /** A command about it, with what it takes to reach it. */
  List<String> command(String... arguments) {
    return command(List.of(), arguments);
  }

  /**
   * The same of processes that see other classes, too.
   *
   * @param classes folders or jars
   */
  List<String> command(List<String> classes, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--out", out));
    all.addAll(elsewhere == null ? Elsewhere.classPath(classes) : elsewhere.options(classes));
    return all;
  }
}
