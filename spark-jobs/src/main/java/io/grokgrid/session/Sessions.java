package io.grokgrid.session;

import io.grokgrid.console.Console;
import io.grokgrid.console.Sign;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.ShutdownHookManager;
import org.jspecify.annotations.Nullable;

/**
 * The one place that makes a Spark session. What {@code spark-submit} or the command line set is
 * never overruled.
 *
 * @param master URL of the cluster where {@code spark-submit} named none; null is {@code local[*]}
 * @param settings Spark's, by their full names
 * @param patience how long to wait for a cluster, in seconds
 */
public record Sessions(@Nullable String master, Map<String, String> settings, double patience) {
  private static final String PLUGINS = "spark.plugins";
  private static final String SECRET = "spark.authenticate.secret";
  private static final String WAREHOUSE = "spark.sql.warehouse.dir";
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.sql.ansi.enabled", "true",
          "spark.sql.session.timeZone", "UTC",
          "spark.sql.shuffle.partitions", "8",
          "spark.sql.sources.partitionColumnTypeInference.enabled", "false",
          // Rows at a time. A run has hundreds of measurements and recorded steps, and this many
          // runs take no more than a processor's caches hold.
          "spark.sql.parquet.columnarReaderBatchSize", "512",
          "spark.hadoop.parquet.page.verify-checksum.enabled", "true",
          "spark.ui.enabled", "false",
          "spark.ui.showConsoleProgress", "false",
          "spark.speculation", "false");

  /** Settings of the command line win over {@code more}, and these over the defaults. */
  public Sessions withDefaults(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    more.forEach(
        (name, value) -> all.merge(name, value, (u, m) -> name.equals(PLUGINS) ? u + "," + m : u));
    return new Sessions(master, all, patience);
  }

  /** A session; the caller closes it. */
  public SparkSession open(String command) {
    SparkConf conf = new SparkConf();
    settings.forEach((name, value) -> set(conf, name, value));
    DEFAULTS.forEach(conf::setIfMissing);
    if (!conf.contains(WAREHOUSE)) {
      conf.set(WAREHOUSE, warehouse());
    }
    conf.setIfMissing("spark.app.name", "grokgrid " + command);
    conf.setIfMissing("spark.master", masterUrl());
    authenticate(conf);
    if (System.getProperty("grokgrid.log") == null) {
      // Nothing takes Spark's chatter to a file, so keep it from standard error.
      conf.setIfMissing("spark.log.level", "ERROR");
    }
    Console console = Console.ofProcess();
    ClusterWatch watch = new ClusterWatch(console, conf, patience);
    String where = isLocal() ? "" : " on " + masterUrl();
    try (Sign sign = console.during("starting Spark" + where)) {
      SparkSession session = SparkSession.builder().config(conf).getOrCreate();
      watch.over(session.sparkContext());
      return session;
    }
  }

  /**
   * To a cluster whose secret the launching script has found; not by a command line, which all see.
   * Likewise a standalone worker gives a driver that it starts its own by the environment, where
   * Spark finds that of executors alone.
   */
  private static void authenticate(SparkConf conf) {
    String given = System.getenv("_SPARK_AUTH_SECRET");
    if (given != null && conf.getBoolean("spark.authenticate", false)) {
      conf.setIfMissing(SECRET, given);
    }
    String secret = System.getProperty("grokgrid.secret");
    if (secret == null || conf.contains("spark.authenticate")) {
      return;
    }
    try {
      conf.set(SECRET, Files.readString(Path.of(secret)).strip());
      conf.set("spark.authenticate", "true");
    } catch (IOException e) {
      throw new UncheckedIOException("the cluster's secret cannot be read", e);
    }
  }

  /** Adds to what is set as a list, and leaves alone what is set otherwise. */
  private static void set(SparkConf conf, String name, String value) {
    if (name.equals(PLUGINS) && conf.contains(name) && !conf.get(name).contains(value)) {
      conf.set(name, conf.get(name) + "," + value);
    } else {
      conf.setIfMissing(name, value);
    }
  }

  /** Spark makes this folder at once, by default in the user's own; so it is one that goes. */
  private static String warehouse() {
    try {
      Path folder = Files.createTempDirectory("grokgrid-warehouse-");
      ShutdownHookManager.registerShutdownDeleteDir(folder.toFile());
      return folder.toUri().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The master that a session will have. */
  public String masterUrl() {
    String submitted = System.getProperty("spark.master");
    return submitted != null ? submitted : master != null ? master : "local[*]";
  }

  /** Whether tasks run in the driver's own process, where Spark assigns no resources. */
  public boolean isLocal() {
    return masterUrl().startsWith("local") && !masterUrl().startsWith("local-cluster");
  }

  /** Hadoop's configuration as a session would have it, without starting one. */
  public Configuration hadoop() {
    Configuration hadoop = new Configuration();
    Map<String, String> all = new LinkedHashMap<>();
    System.getProperties().forEach((key, value) -> all.put(key.toString(), value.toString()));
    all.putAll(settings);
    String prefix = "spark.hadoop.";
    all.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            hadoop.set(key.substring(prefix.length()), value);
          }
        });
    return hadoop;
  }
}
