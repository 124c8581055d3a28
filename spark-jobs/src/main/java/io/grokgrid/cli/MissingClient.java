package io.grokgrid.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;

/** File systems whose client is not among Spark's jars, and how it comes there. */
final class MissingClient {
  private static final Pattern SCHEME = Pattern.compile("No FileSystem for scheme \"([^\"]*)\"");
  private static final Pattern CLASS =
      Pattern.compile("org/apache/hadoop/fs/(s3a|azurebfs|azure)/");

  private MissingClient() {}

  /** What to do, if it is that which {@code failure} is about. */
  static Optional<String> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      Matcher scheme = SCHEME.matcher(message);
      if (scheme.find()) {
        return Optional.of(advice(scheme.group(1)));
      }
      Matcher client = CLASS.matcher(message.replace('.', '/'));
      if ((cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError)
          && client.find()) {
        return Optional.of(advice(client.group(1).equals("s3a") ? "s3a" : "abfss"));
      }
    }
    return Optional.empty();
  }

  private static String advice(String scheme) {
    String start = "this Spark has no client for " + scheme + "://";
    return switch (scheme.toLowerCase(Locale.ROOT)) {
      case "s3a" -> start + packages("hadoop-aws");
      case "s3", "s3n" -> start + ": write s3a://" + packages("hadoop-aws");
      case "abfs", "abfss", "wasb", "wasbs" -> start + packages("hadoop-azure");
      case "oss" -> start + packages("hadoop-aliyun");
      case "gs" ->
          start + "; add --spark-conf spark.jars=FILE, Google's gcs-connector for Hadoop 3";
      default -> start + "; add its jar, --spark-conf spark.jars=FILE";
    };
  }

  /** By the version that fits the Hadoop that is here. */
  private static String packages(String artifact) {
    return "; add --spark-conf spark.jars.packages=org.apache.hadoop:%s:%s"
        .formatted(artifact, VersionInfo.getVersion());
  }
}
