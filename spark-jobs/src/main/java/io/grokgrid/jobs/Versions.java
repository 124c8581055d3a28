package io.grokgrid.jobs;

import io.grokgrid.tables.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions that the build wrote down, and those of the running programs. */
final class Versions {
  private Versions() {}

  static Provenance.Versions current() {
    Properties built = built();
    return new Provenance.Versions(
        code(),
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        built.getProperty("djl"),
        built.getProperty("pytorch"),
        System.getProperty("java.version"));
  }

  /** {@code 0.1.0 (abc1234)}; the commit is left out where the build had none. */
  static String code() {
    Properties built = built();
    String commit = built.getProperty("commit", "");
    boolean known = !commit.isEmpty() && !commit.startsWith("$");
    return built.getProperty("version") + (known ? " (" + commit + ")" : "");
  }

  private static Properties built() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("/grokgrid-version.properties")) {
      if (in == null) {
        throw new IllegalStateException("the application jar lacks grokgrid-version.properties");
      }
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
