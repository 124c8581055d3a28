package io.grokgrid.options;

import io.grokgrid.config.SpecReader;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.Format;
import io.grokgrid.console.Sign;
import io.grokgrid.session.Sessions;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that commands share, in groups that they mix in. */
public final class Options {
  private Options() {}

  /** Of every command that answers from the store. */
  public static final class Common {
    @Option(
        names = "--out",
        paramLabel = "URI",
        defaultValue = "out",
        converter = OutConverter.class,
        description = "The store, on any Hadoop file system (default: ${DEFAULT-VALUE}).")
    public String out = "out";

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        converter = FormatConverter.class,
        description = "How results are printed: table, csv or json (default: table).")
    public Format format = Format.TABLE;

    @Mixin public Spark spark = new Spark();

    /** Text until it is asked for: the class knows the table, and so Spark's types. */
    public Store store() {
      return new Store(out);
    }

    /**
     * A mistyped store looks like one where nothing was trained yet.
     *
     * @return whether it is so
     */
    public boolean warnOfAnEmptyStore(Console console) throws IOException {
      boolean isEmpty = !store().hasRuns(spark.sessions().hadoop());
      if (isEmpty) {
        console.say("the store " + out + " holds no runs yet");
      }
      return isEmpty;
    }

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Prints this.")
    boolean help;
  }

  /** Where Spark runs. */
  public static final class Spark {
    @Option(
        names = "--master",
        paramLabel = "URL",
        converter = MasterConverter.class,
        description = "Spark's master, such as local[4], spark://host:7077 (default: local[*]).")
    @Nullable String master;

    @Option(
        names = "--spark-conf",
        paramLabel = "K=V",
        converter = SparkConfConverter.class,
        description = "A setting of Spark; repeatable.")
    List<Map.Entry<String, String>> settings = new ArrayList<>();

    @Option(
        names = "--wait-for-cluster",
        paramLabel = "TIME",
        converter = SecondsConverter.class,
        description =
            "How long to wait while a cluster gives no executor, such as 90s, 10m or 2h"
                + " (default: 10m).")
    double patience = 600;

    /** The same as arguments, for a command that gives others. */
    public List<String> arguments() {
      String wait = patience < 1e6 ? (long) patience + "s" : (long) (patience / 3600) + "h";
      List<String> arguments = new ArrayList<>(List.of("--wait-for-cluster", wait));
      if (master != null) {
        arguments.addAll(List.of("--master", master));
      }
      settings.forEach(each -> arguments.addAll(List.of("--spark-conf", each.toString())));
      return arguments;
    }

    public Sessions sessions() {
      Map<String, String> all = new LinkedHashMap<>();
      settings.forEach(setting -> all.put(setting.getKey(), setting.getValue()));
      return new Sessions(master, all, patience);
    }
  }

  /** Of the commands that take a configuration. */
  public static final class Settings {
    @Option(
        names = "--set",
        paramLabel = "PATH=VALUE",
        description = "A value (HOCON) that wins over the file, such as run.task.p=97; repeatable.")
    public List<String> settings = new ArrayList<>();

    public Study read(Path file) {
      try (Sign sign = Console.ofProcess().during("reading " + file)) {
        return SpecReader.read(file, settings);
      }
    }
  }

  /** Which runs of a store, of the commands that ask of some. */
  public static final class Which {
    @Option(
        names = "--sweep",
        paramLabel = "NAME",
        description =
            "Only runs of this sweep: those that it trained, and those of its grid; of several"
                + " where it is repeated.")
    public List<String> sweeps = new ArrayList<>();

    @Option(
        names = "--where",
        paramLabel = "SQL",
        description = "Only runs for which this condition over their columns holds.")
    public @Nullable String where;

    @Option(
        names = "--conf",
        paramLabel = "CONF",
        description = "Only runs of this configuration's grid, whichever sweep trained them.")
    public @Nullable Path conf;

    @Mixin public Settings settings = new Settings();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set before the command is called
    private CommandSpec spec;

    /**
     * What {@code --conf} describes, if it is given; to be asked for before Spark starts.
     *
     * @throws ParameterException if there are settings of no configuration
     */
    public @Nullable Study study() {
      if (conf == null && !settings.settings.isEmpty()) {
        throw new ParameterException(spec.commandLine(), "--set needs --conf");
      }
      return conf == null ? null : settings.read(conf);
    }

    /** Whether nothing was asked for. */
    public boolean isAll() {
      return sweeps.isEmpty() && where == null && conf == null;
    }

    /**
     * All that was asked for.
     *
     * @param study see {@link #study}
     */
    public Views.Restriction restriction(@Nullable Study study) {
      Views.Restriction asked = new Views.Restriction(sweeps, where, null, Set.of());
      return study == null ? asked : asked.within(study);
    }
  }

  /** The file of a configuration, where a command cannot do without. */
  public static final class StudyFile {
    @Parameters(
        paramLabel = "CONF",
        description = "The configuration, a HOCON file, or its text, as data:;base64,TEXT.")
    @SuppressWarnings("NullAway.Init") // a command line without it is refused
    public Path file;

    @Mixin public Settings settings = new Settings();

    public Study read() {
      return settings.read(file);
    }
  }

  /** {@code --out}. */
  public static final class OutConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (value.isBlank()) {
        throw new TypeConversionException("must not be blank");
      }
      if (value.matches("[^/:]*:(?!/).*")) {
        throw new TypeConversionException(
            "must be a path or a URI (a relative path with a colon in it is written ./"
                + value
                + "), was "
                + value);
      }
      return value;
    }
  }

  /** {@code --format}. */
  public static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String value) {
      for (Format format : Format.values()) {
        if (format.name().equalsIgnoreCase(value)) {
          return format;
        }
      }
      throw new TypeConversionException("must be table, csv or json, was " + value);
    }
  }

  /** {@code --master}. */
  public static final class MasterConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!value.matches("local(\\[.+])?|local-cluster\\[.+]|spark://.+|yarn|k8s://.+")) {
        throw new TypeConversionException(
            "must be local[N], spark://HOST:PORT, yarn or k8s://URL, was " + value);
      }
      return value;
    }
  }

  /** A time in seconds. */
  public static final class SecondsConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      if (!value.matches("[1-9][0-9]{0,5}[smh]")) {
        throw new TypeConversionException("must be a time such as 90s, 10m or 2h, was " + value);
      }
      int end = value.length() - 1;
      double count = Integer.parseInt(value.substring(0, end));
      return value.endsWith("s") ? count : value.endsWith("m") ? 60 * count : 3600 * count;
    }
  }

  /** {@code --spark-conf}. */
  static final class SparkConfConverter implements ITypeConverter<Map.Entry<String, String>> {
    @Override
    public Map.Entry<String, String> convert(String value) {
      int equals = value.indexOf('=');
      if (equals < 0 || !value.substring(0, equals).matches("spark\\.[\\w.-]+")) {
        throw new TypeConversionException(
            "must be K=V with a K that begins with spark., was " + value);
      }
      return Map.entry(value.substring(0, equals), value.substring(equals + 1));
    }
  }
}
