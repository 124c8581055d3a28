package io.grokgrid.jobs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkBuildInfo;

/**
 * A Spark installation as a user has one: the jars of this build's Spark, with the client of
 * Kubernetes that a distribution has too, and {@code spark-submit}.
 */
record SparkHome(Path folder) {
  /** Jars of a distribution that this build needs in tests alone. */
  private static final String KUBERNETES =
      ".*/(org/apache/spark/spark-kubernetes_|io/fabric8/(kubernetes-(client|model|httpclient)"
          + "|zjsonpatch)|io/vertx/|org/snakeyaml/|org/yaml/snakeyaml/"
          + "|com/fasterxml/jackson/(dataformat/jackson-dataformat-yaml"
          + "|datatype/jackson-datatype-jsr310)/).*";

  /** What Spark's own script does. */
  private static final String SUBMIT =
      """
      #!/usr/bin/env bash
      mapfile -d '' -t command < <("$JAVA_HOME/bin/java" -Xmx128m -cp "$SPARK_HOME/jars/*" \\
        org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "$@" | tail -c +3)
      exec "${command[@]}"
      """;

  /** In the build's own folder, made of links. */
  static SparkHome make() throws IOException {
    Path target = Grokgrid.repository().resolve("spark-jobs/target");
    Path folder = target.resolve("spark-of-tests-" + SparkBuildInfo.spark_version());
    Path jars = Files.createDirectories(folder.resolve("jars"));
    Path build = target.resolve("spark-" + SparkBuildInfo.spark_version()).resolve("jars");
    try (Stream<Path> each = Files.list(build)) {
      for (Path jar : each.toList()) {
        link(jars, jar);
      }
    }
    List<String> kubernetes =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> jar.matches(KUBERNETES))
            .toList();
    for (String jar : kubernetes) {
      link(jars, Path.of(jar));
    }
    Path submit = Files.createDirectories(folder.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, SUBMIT);
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new SparkHome(folder);
  }

  private static void link(Path folder, Path jar) throws IOException {
    Path link = folder.resolve(jar.getFileName());
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, jar);
  }

  Path submit() {
    return folder.resolve("bin/spark-submit");
  }

  /** For who submits with it. */
  Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        folder.toString(),
        "SPARK_SCALA_VERSION",
        "2.13",
        "JAVA_HOME",
        System.getProperty("java.home"));
  }
}
