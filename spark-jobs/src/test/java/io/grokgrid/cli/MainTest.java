package io.grokgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.SpecReader;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Store;
import io.grokgrid.tables.Example;
import io.grokgrid.weights.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private final Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  MainTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void helpNamesEveryCommand() {
    assertThat(run("--help")).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .contains("plan", "sweep", "status", "query", "analyze", "verify", "cluster")
        .contains("show", "compare", "cancel", "report", "compact");
    for (String command :
        List.of(
            "plan", "sweep", "status", "query", "report", "analyze", "verify", "show", "compare",
            "cancel", "compact")) {
      assertThat(run(command, "--help")).isEqualTo(ExitCode.DONE);
      assertThat(out()).contains("--out", "--master", "--spark-conf", "Examples:");
    }
    assertThat(run("--version")).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("grokgrid ");
    assertThat(err()).isEmpty();
  }

  /** As a driver has it that runs elsewhere; of what is wrong in it the place is named as ever. */
  @Test
  void aConfigurationMayBeTheArgumentItself() throws IOException {
    Files.writeString(folder.resolve("shared.conf"), "run { task.p = 13 }");
    Path file =
        Files.writeString(
            folder.resolve("seeds.conf"), "include \"shared\"\ngrid.training.seed = [3, 5, 8]");
    assertThat(run("plan", file.toString(), "--resolved")).isEqualTo(ExitCode.DONE);
    String text = argument(out());
    assertThat(run("plan", file.toString(), "--list", "--out", store())).isEqualTo(ExitCode.DONE);
    String runs = out();
    assertThat(runs.lines()).hasSize(3);
    Files.delete(file);
    Files.delete(folder.resolve("shared.conf"));
    assertThat(run("plan", text, "--list", "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(out()).isEqualTo(runs);
    assertThat(run("plan", text, "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(out()).containsPattern("sweep +seeds"); // not the name of a file that was made

    assertRefusedAt("/", "given.conf:1 foo: unknown key", "plan", argument("foo = 1"));
    assertRefused("must begin with \"data:;base64,\", was data:,foo", "plan", "data:,foo");
    assertRefused("must go on with base64", "plan", "data:;base64,Zm9*");
  }

  private static String argument(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "data:;base64," + Base64.getEncoder().encodeToString(bytes);
  }

  /** A line that were broken in two could not be pasted. */
  @Test
  void everyExampleOfAHelpTextIsOneLine() {
    run("--help");
    List<String> commands =
        out()
            .lines()
            .filter(line -> line.matches("  [a-z]+ .*") && !line.startsWith("  cluster "))
            .map(line -> line.strip().replaceFirst(" .*", ""))
            .toList();
    assertThat(commands).hasSizeGreaterThan(14).contains("plan", "query", "bench");
    for (String command : commands) {
      assertThat(run(command, "--help")).as(command).isEqualTo(ExitCode.DONE);
      List<String> examples =
          out()
              .lines()
              .dropWhile(line -> !line.equals("Examples:"))
              .skip(1)
              .takeWhile(line -> !line.isBlank())
              .toList();
      assertThat(examples)
          .isNotEmpty()
          .allMatch(line -> line.matches("  (grokgrid|echo) .*") && line.length() <= 80, command);
    }
  }

  @Test
  void refusesAWrongCommandLine() {
    assertRefusedAt("", "a command is missing");
    assertRefused("trian", "trian");
    assertRefused("CONF", "plan");
    assertRefused("--fromat", "status", "--fromat", "csv");
    assertRefused("must be table, csv or json, was xml", "status", "--format", "xml");
    assertRefused("begins with spark.", "status", "--spark-conf", "executor.memory=1g");
    assertRefused("must be local[N]", "status", "--master", "here");
    type("");
    assertRefused("--list", "query");
    assertRefused("--set needs --conf", "query", "failures", "--set", "task.p=7");
    assertRefused("--set needs --conf", "status", "--set", "task.p=7");
    assertRefused("no query is named grok_steps", "query", "grok_steps");
    String meant = "(did you mean grok_step_vs_weight_decay?)";
    assertRefused(meant, "query", "grok_step_vs_weight_deacy");
    assertRefused(meant, "query", "Grok-step-vs-weight-decay");
    assertRefused(
        "effect must be followed by --axis KEY [--at A] alone, was followed by nothing",
        "query",
        "effect");
    assertRefused(
        "effect must be followed by --axis KEY [--at A] alone, was followed by --at 0.9",
        "query",
        "effect",
        "--at",
        "0.9");
    assertRefused(
        "--at must be a test accuracy above 0 and at most 1, was 0",
        "query",
        "effect",
        "--at",
        "0",
        "--axis",
        "p");
    assertRefused(
        "(did you mean weight_decay?), was weight_deacy",
        "query",
        "effect",
        "--axis",
        "weight_deacy");
    assertRefused(
        "must be followed by KEY alone, was followed by p --at 1",
        "query",
        "grok_step_vs",
        "p",
        "--at",
        "1");
    assertRefused(
        "--at must be a test accuracy above 0 and at most 1, was 1.5",
        "query",
        "threshold",
        "--at",
        "1.5");
    assertRefused(
        "--axes must be two keys of run, as A,B, was p", "query", "phase_diagram", "--axes", "p");
    assertRefused(
        "--axes must be a key of run (did you mean weight_decay?), was weight_deacy",
        "query",
        "phase_diagram",
        "--axes",
        "p,weight_deacy");
    assertRefused("--watch must be at least 1 second, was 0", "report", "--watch=0");
    assertRefused("--to must be a file, was " + folder, "report", "--to", folder.toString());
    assertRefused("failures takes nothing, was followed by p", "query", "failures", "p");
    assertRefused(
        "SQL must be one argument, in quotes, was followed by runs", "query", "TABLE x", "runs");
    assertRefusedAt("@plan.conf", "@plan.conf: no such file", "plan", "@plan.conf");
    assertRefused("must only ask", "query", "CREATE TABLE x AS SELECT 1", "--out", store());
    assertRefused("must only ask", "query", "DROP TABLE runs", "--out", store());
    assertRefused("RUN_ID must be the beginning of a run's id", "show", "quickstart");
    assertRefused("RUN_ID", "show");
    assertRefused("'B'", "compare", "out");
    assertRefused("a store to compare must hold runs, was ./none", "compare", "./none", "out");
    assertRefusedAt("none.conf", "none.conf: no such file", "compare", "none.conf", "out");
    assertRefused("submit/grokgrid", "cluster", "start", "--workers", "2");
    assertRefused("must be one of nanda, ", "bench", "--network", "nadna");
    assertRefused("need --network", "bench", "--set", "run.task.p=7");
    assertRefused("need --network", "bench", "--as-sweep");
    assertRefused("from 1 to 1000, was 0", "bench", "--network", "nanda", "--processes", "0");
    String set = "run.task.q=7";
    assertRefusedAt(
        "--set", "run.task.q: unknown key", "bench", "--network", "nanda", "--set", set);
  }

  @Test
  void refusesAWrongConfiguration() throws IOException {
    String set = "training.weight_deacy=1";
    String wrong = "--set " + set + " run.training.weight_deacy: unknown key; did you mean";
    assertRefusedAt("", "none.conf: no such file", "plan", folder.resolve("none.conf").toString());
    assertRefusedAt("--set", wrong, "sweep", conf(), "--set", set);
    assertRefusedAt("--set", wrong, "verify", conf(), "--set", set);
    assertRefusedAt("--set", wrong, "query", "failures", "--conf", conf(), "--set", set);
    assertRefusedAt("--set", wrong, "status", "--conf", conf(), "--set", set);
    assertRefusedAt("--set", "nope", "plan", conf(), "--resolved", "--set", "run.task.p=${nope}");
  }

  /** Nothing that needs Spark could even be loaded here. */
  @Test
  void refusesBeforeSparkIsTouched() throws IOException, InterruptedException {
    assertThat(runWithoutSpark("sweep", conf(), "--set", "run.training.weight_deacy=1"))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("plan", "none.conf")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("verify", "none.conf")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("query", "grok_steps")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("query", "@none.sql")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("query", "effect", "--axis", "q")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("query", "threshold", "--at", "no")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("report", "--watch", "0")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("plan", conf(), "--resolved")).isEqualTo(ExitCode.DONE);
    assertThat(runWithoutSpark("query", "--list")).isEqualTo(ExitCode.DONE);
    assertThat(runWithoutSpark("analyze", conf(), "--weights", "none")).isEqualTo(ExitCode.REFUSED);
    assertThat(runWithoutSpark("analyze", oneRun(), "--weights", weights(), "--only", "loss"))
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void plansWithoutAStore() throws IOException {
    assertThat(run("plan", conf(), "--out", store(), "--format", "json")).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .startsWith("{\"sweep\":\"example\",\"runs\":6,\"finished\":0,\"pending\":6,\"axes\":{");
    assertThat(run("plan", conf(), "--out", store(), "--list")).isEqualTo(ExitCode.DONE);
    assertThat(out().lines())
        .hasSize(6)
        .allMatch(line -> line.matches("[0-9a-f]{16}( (seed|weight_decay)=[0-9.]+){2}"));
    assertThat(Path.of(store())).doesNotExist();
  }

  @Test
  void answersFromAStore() throws IOException {
    Example.store(Path.of(store()));

    assertThat(run("plan", conf(), "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("\nfinished,6\n", "\nfailed or diverged,2 (", "\npending,0\n");
    assertThat(run("plan", conf(), "--out", store(), "--retry-failed")).isEqualTo(ExitCode.DONE);
    assertThat(out()).containsPattern("\npending +2\n");
    assertThat(run("status", "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("sweep,outcome,runs,last_finished,detail\nexample,");
    assertThat(run("query", "grok_step_vs_weight_decay", "--out", store(), "--where", "seed < 2"))
        .isEqualTo(ExitCode.DONE);
    assertThat(out().lines()).hasSize(3);
    String[] ofGrid = {
      "query",
      "SELECT count(*) AS n FROM runs",
      "--conf",
      conf(),
      "--set",
      "grid.training.seed=[1,7]"
    };
    assertThat(run(with(ofGrid, "--out", store(), "--format", "csv"))).isEqualTo(ExitCode.DONE);
    assertThat(out()).isEqualTo("n\n2\n");
    assertThat(run(with(ofGrid, "--where", "grok_step > 0", "--out", store()))).isZero();
    assertThat(out()).isEqualTo("n\n1\n");
    assertThat(
            run("query", "effect", "--axis", "weight_decay", "--out", store(), "--format", "csv"))
        .isEqualTo(ExitCode.DONE);
    assertThat(out().lines().skip(1))
        .singleElement()
        .asString()
        .startsWith("0.5,1.0,2,2,2,0,0,")
        .endsWith(", 2 pairs: too few to tell\"");
    assertRefused(
        "--axis must be a key that varies and tells results apart (these vary: weight_decay, seed),"
            + " was p",
        "query",
        "effect",
        "--axis",
        "task.p",
        "--out",
        store());
    assertThat(run("verify", conf(), "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(run("verify", conf(), "--out", store(), "--set", "grid.training.seed=[9]"))
        .isEqualTo(ExitCode.BROKEN);
    assertThat(out()).containsPattern("missing runs of the grid +2 ");
    assertThat(err()).isEmpty();
  }

  @Test
  void compactsAStoreThatNobodyElseWritesTo() throws Exception {
    assertThat(run("compact", "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(err()).isEqualTo("grokgrid: the store " + store() + " holds no runs yet\n");
    Store store = Example.store(Path.of(store()));
    try (Claim unused = Claim.take(store, new Configuration(), "sweep x", () -> {}, () -> {})) {
      assertThat(run("compact", "--out", store())).isEqualTo(ExitCode.BROKEN);
      assertThat(err()).contains("is held by sweep x (process");
    }
    assertThat(run("compact", "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .startsWith("rows,files_before,files_after,bytes_before,bytes_after,doubled_rows\n")
        .containsPattern("\nruns,[0-9]+,2,[0-9]+,[0-9]+,0\nanalyses,0,0,0,0,0\n");
    assertThat(run("compact", "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(err()).contains("grokgrid: nothing to do: ");
  }

  @Test
  void looksAtRunsOneByOne() throws IOException {
    Example.store(Path.of(store()));
    String id = Example.study().runs().get(0).id();

    assertThat(run("show", id, "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("run " + id + ", of sweep example\n  outcome      grokked; ");
    assertThat(run("show", id, "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out().lines()).hasSize(1 + 5).first().asString().startsWith("step,train_loss,");
    assertThat(run("show", id, "--out", store(), "--format", "json")).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("{\"run_id\":\"" + id + "\",\"sweep\":\"example\",");
    assertThat(run("show", id, "--out", store(), "--as-conf")).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("# run " + id + "\nrun {\n  task.p = 13\n");
    assertRefused("must begin the id of a run", "show", "0123456789abcde0", "--out", store());
    assertThat(run("compare", "example", store(), "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(out()).endsWith("All that are in both have the same bits.\n").hasLineCount(2);
    assertThat(run("compare", "example", conf(), "--out", store(), "--format", "csv")).isZero();
    assertThat(out()).startsWith("run_id,").hasLineCount(1);
    assertThat(run("cancel", "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(err()).isEqualTo("grokgrid: nothing is under way on the store " + store() + "\n");
  }

  @Test
  void writesAPageAndSaysWhere() throws IOException {
    Example.store(Path.of(store()));
    Path index = Path.of(store(), "report", "index.html");
    assertThat(run("report", "--out", store())).isEqualTo(ExitCode.DONE);
    assertThat(out()).isEqualTo(index + "\n");
    assertThat(err().lines()).allMatch(line -> line.startsWith("grokgrid: reading "));
    assertThat(index).content().startsWith("<!DOCTYPE html>").doesNotContain("{{").endsWith("\n");
    Path elsewhere = folder.resolve("new/a page.html");
    assertThat(run("report", "--out", store(), "--to", elsewhere.toString())).isZero();
    assertThat(index.getParent()).isDirectoryContaining(index::equals);
    try (Stream<Path> beside = Files.list(elsewhere.getParent())) {
      assertThat(beside).containsExactly(elsewhere);
    }
    assertRefused(
        "--to must be a file that can be written, was " + index + "/x (",
        "report",
        "--to",
        index + "/x");
    assertRefused("--sweep must be a sweep", "report", "--sweep", "exmaple", "--out", store());
    assertRefused("weight_deacy", "report", "--where", "weight_deacy = 1", "--out", store());
  }

  @Test
  void refusesWrongSqlWithoutAStackTrace() {
    assertRefused("PARSE_SYNTAX_ERROR", "query", "SELEC * FROM runs", "--out", store());
    assertRefused("near 'hello'. SQLSTATE: 42601; line 1 pos 0\n", "query", "hello world");
    assertRefused("USER_RAISED_EXCEPTION", "query", "SELECT raise_error('x')", "--out", store());
    assertRefused("holds no runs yet", "query", "failures", "--sweep", "x", "--out", store());
    assertRefused("weight_deacy", "query", "SELECT weight_deacy FROM runs", "--out", store());
    assertRefused("TABLE_OR_VIEW_NOT_FOUND", "query", "SELECT * FROM run", "--out", store());
    assertRefused("DIVIDE_BY_ZERO", "query", "SELECT 1 / 0", "--out", store());
    assertRefused(
        "weight_deacy", "query", "failures", "--where", "weight_deacy = 1", "--out", store());
  }

  @Test
  void answersFromAFileOfSql() throws IOException {
    Example.store(Path.of(store()));
    Path sql = folder.resolve("questions.sql");
    Files.writeString(sql, "\uFEFF-- two;\nSELECT count(*) AS n FROM runs;\nVALUES ('a;b');\n");

    assertThat(run("query", "@" + sql, "--out", store(), "--format", "csv")).isZero();
    assertThat(out()).isEqualTo("n\n6\n\ncol1\na;b\n");
    Files.writeString(sql, "SELECT 1;\nDROP TABLE runs;\n");
    assertRefused("was DROP TABLE runs (line 2, pos 0)", "query", "@" + sql, "--out", store());
    assertRefused("statement 2 (DROP TABLE runs): ", "query", "@" + sql, "--out", store());
    for (String wrong :
        List.of("SELEC 1", "SELECT nope FROM runs", "SELECT raise_error('x')", "effect --axis p")) {
      Files.writeString(sql, "failures\nSELECT 1\nAS a;\n-- 3\n" + wrong + "\n");
      assertThat(run("query", "@" + sql, "--out", store())).isEqualTo(ExitCode.REFUSED);
      assertThat(err()).startsWith("grokgrid: statement 3 (" + wrong + "): ");
    }
  }

  @Test
  void refusesAFileThatHoldsNoSql() throws IOException {
    Path file = folder.resolve("none.sql");
    assertRefused(file + ": no such file", "query", "@" + file);
    assertRefused(folder + ": is a directory", "query", "@" + folder);
    Files.writeString(file, " \n");
    assertRefused(file + ": holds no statement", "query", "@" + file);
    Files.write(file, new byte[] {'S', (byte) 0xe9});
    assertRefused(file + ": must be UTF-8", "query", "@" + file);
    Files.write(file, new byte[(1 << 20) + 1]);
    assertRefused(file + ": must be at most 1 MiB", "query", "@" + file);
    assertRefused("@ must be followed by a file", "query", "@");
  }

  @Test
  void answersStatementsFromStandardInputUpToTheFirstWrongOne() throws IOException {
    Example.store(Path.of(store()));
    type("SELECT count(*) AS n\nFROM runs; -- all\n.format json\nSELECT 1 AS a; VALUES (2)");
    assertThat(run("query", "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out()).isEqualTo("n\n6\n\n[\n{\"a\":1}\n]\n\n[\n{\"col1\":2}\n]\n");

    type("SELECT 1 AS a;\n\n  SELECT x;\nSELECT 2 AS b;\n");
    assertThat(run("query", "--out", store(), "--format", "csv")).isEqualTo(ExitCode.REFUSED);
    assertThat(out()).isEqualTo("a\n1\n");
    assertThat(err())
        .startsWith("grokgrid: statement 2 (SELECT x): ")
        .contains("UNRESOLVED_COLUMN", "line 3 pos 9");

    type("SELECT 1 AS one; SELECT nope FROM runs; SELECT 2;");
    assertThat(run("query", "--out", store(), "--format", "csv")).isEqualTo(ExitCode.REFUSED);
    assertThat(out()).isEqualTo("one\n1\n");
    assertThat(err()).contains("line 1 pos 24");

    type("SELECT 1;\n.quit\nSELECT 2;\n");
    assertThat(run("query", "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out()).isEqualTo("1\n1\n");
    type(".farmat csv\n");
    assertRefused("was .farmat csv", "query", "--out", store());
    type("-- nothing\n");
    assertRefused("a name or SQL is missing", "query", "--out", store());
  }

  /** Each as it is on its own. */
  @Test
  void answersNamedQueriesAmongStatements() throws IOException {
    Example.store(Path.of(store()));
    List<String> each = new ArrayList<>();
    for (String one : List.of("grok_step_vs_weight_decay", "VALUES ('a;')", "failures")) {
      assertThat(run("query", one, "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
      each.add(out());
    }
    type("grok_step_vs_weight_decay\nVALUES\n('a;');\n-- why\nfailures -- and where\n");
    assertThat(run("query", "-", "--out", store(), "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out()).isEqualTo(String.join("\n", each));
  }

  private static void type(String text) {
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void namesWhatAFileSystemsClientIsIn() {
    String hadoop = VersionInfo.getVersion();
    assertThat(run("status", "--out", "s3://bucket/out")).isEqualTo(ExitCode.BROKEN);
    assertThat(err())
        .startsWith("grokgrid: this Spark has no client for s3://")
        .contains("write s3a://", "spark.jars.packages=org.apache.hadoop:hadoop-aws:" + hadoop);
    assertThat(run("query", "failures", "--out", "abfss://c@host/out")).isEqualTo(ExitCode.BROKEN);
    assertThat(err()).contains("for abfss://;", "org.apache.hadoop:hadoop-azure:" + hadoop);
    assertThat(run("plan", "--out", "gs://bucket/out", "none.conf")).isEqualTo(ExitCode.REFUSED);
    assertThat(run("status", "--out", "gs://bucket/out")).isEqualTo(ExitCode.BROKEN);
    assertThat(err()).contains("for gs://; add --spark-conf spark.jars=FILE");
  }

  @Test
  void saysInOneLineWhatBroke() {
    assertThat(run("status", "--out", "nosuch://host/out")).isEqualTo(ExitCode.BROKEN);
    assertThat(err().lines().toList())
        .singleElement()
        .asString()
        .isEqualTo(
            "grokgrid: this Spark has no client for nosuch://; add its jar, --spark-conf spark.jars=FILE");
  }

  private void assertRefused(String message, String... args) {
    assertRefusedAt("grokgrid: ", message, args);
  }

  /** A problem of a configuration begins with its place, any other with the program's name. */
  private void assertRefusedAt(String start, String message, String... args) {
    assertThat(run(args)).as(String.join(" ", args)).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).startsWith(start).contains(message).doesNotContain("\tat ", "+- ");
    assertThat(out()).isEmpty();
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    Console console = new Console(print(out), print(err), false, "grokgrid.log");
    boolean usesSpark = args.length > 0 && !List.of(args).contains("--help");
    String[] all = usesSpark ? withLocalSpark(args) : args;
    return new Main(console).run(all);
  }

  /** Small and quick, for those commands that get as far. */
  private static String[] withLocalSpark(String... args) {
    if (!List.of("plan", "status", "query", "verify", "show", "compare", "report").contains(args[0])
        || List.of(args).contains("--master")) {
      return args;
    }
    return with(args, "--master", "local[2]");
  }

  private static String[] with(String[] args, String... more) {
    return Stream.of(args, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  /** In a JVM of its own that has the class path of this one, but nothing of a cluster. */
  private int runWithoutSpark(String... args) throws IOException, InterruptedException {
    String path =
        Arrays.stream(
                System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator)))
            .filter(
                entry -> !Path.of(entry).toString().matches(".*(spark-(?!jobs)|hadoop|scala-).*"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        Stream.of(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                List.of("-cp", path, Main.class.getName()),
                List.of(args))
            .flatMap(List::stream)
            .toList();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    int code = process.waitFor();
    assertThat(folder.resolve("output.txt")).content().doesNotContain("Exception", "\tat ");
    return code;
  }

  private String conf() throws IOException {
    return Files.writeString(folder.resolve("example.conf"), Example.CONF).toString();
  }

  private String oneRun() throws IOException {
    String text = "run { task.p = 7, model { d_model = 8, heads = 2, d_mlp = 16 } }";
    return Files.writeString(folder.resolve("one.conf"), text).toString();
  }

  private String weights() throws IOException {
    RunSpec run = SpecReader.read(Path.of(oneRun()), List.of()).runs().get(0).spec();
    float[] parameters = run.model().init().draw(run.layout(), 1);
    Path file = folder.resolve("one.safetensors");
    return Files.write(file, Safetensors.write(run.layout(), parameters, Map.of())).toString();
  }

  private String store() {
    return folder.resolve("out").toString();
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
