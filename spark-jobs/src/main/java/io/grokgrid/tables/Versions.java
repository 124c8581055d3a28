package io.grokgrid.tables;

import io.grokgrid.step.TrainingStep;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The programs that were involved in a run.
 *
 * @param code this program, as {@code git describe} names it
 * @param arithmetic see {@link TrainingStep#ARITHMETIC}; rows from before it have none
 */
public record Versions(
    String code, String spark, String djl, String pytorch, String java, int arithmetic)
    implements Serializable {
  /** Those of this build and of the running programs. */
  public static Versions current() {
    Properties built = built();
    return new Versions(
        builtCode(),
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        built.getProperty("djl"),
        built.getProperty("pytorch"),
        System.getProperty("java.version"),
        TrainingStep.ARITHMETIC);
  }

  /** {@code 0.1.0 (abc1234)}; the commit is left out where the build had none. */
  public static String builtCode() {
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
