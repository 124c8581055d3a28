package io.grokgrid.report;

import io.grokgrid.base.Check;
import io.grokgrid.config.Study;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.options.Options;
import io.grokgrid.session.Sessions;
import io.grokgrid.sql.Questions;
import io.grokgrid.sql.SqlFaults;
import io.grokgrid.store.Damage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code report}. */
@Command(
    name = "report",
    header = "Writes one HTML page that shows what the store holds, and says where it is.",
    description = {
      "The page needs nothing beside itself, no network either: it can be mailed. It shows when runs"
          + " grok and whether settings differ, a phase diagram, learning curves, attention,"
          + " encodings and what networks learned, as far as the store has it; each with the SQL and"
          + " the command that give its numbers.",
      "Curves are kept to four digits. Of a store that has not changed the page is the same but for"
          + " one line, which says when it was made and from what."
    },
    footer = {
      "",
      "Examples:",
      "  grokgrid report",
      "  grokgrid report --to weight-decay.html --where \"operation = 'add'\"",
      "  grokgrid report --sweep rope --sweep learned",
      "  grokgrid report --conf conf/quickstart.conf --watch"
    })
public final class ReportCommand implements Callable<Integer> {
  private static final String PLACE = "report/index.html";

  private final Console console;
  private final Set<Damage> said = new HashSet<>();

  @Mixin private Options.Common common = new Options.Common();
  @Mixin private Options.Which which = new Options.Which();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      converter = Options.OutConverter.class,
      description = "Where the page goes, on any Hadoop file system (default: OUT/" + PLACE + ").")
  private @Nullable String to;

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "30",
      paramLabel = "SECONDS",
      description = "Writes it again every so many seconds, 30 by default, until interrupted.")
  private @Nullable Integer watch;

  public ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    new Check()
        .that(
            watch == null || watch > 0,
            "--watch",
            "must be at least 1 second",
            String.valueOf(watch))
        .done();
    Study study = which.study();
    Sessions sessions = common.spark.sessions();
    String place = to == null ? new Path(common.out, PLACE).toString() : to;
    PageFile file = PageFile.at(place, sessions.hadoop());
    try {
      if (which.where != null) {
        Questions.require(null, which.where, sessions.settings());
      }
      common.warnOfAnEmptyStore(console);
      try (SparkSession session = sessions.open("report")) {
        ReportJob job =
            new ReportJob(session, common.store(), which.restriction(study), invocation(), console);
        write(job, file);
        console.out().println(place);
        while (watch != null) {
          TimeUnit.SECONDS.sleep(watch);
          writeAgain(job, file);
        }
      }
      return ExitCode.DONE;
    } catch (Exception e) {
      throw SqlFaults.of(e);
    }
  }

  private Invocation invocation() {
    List<String> options = new ArrayList<>();
    if (!common.out.equals("out")) {
      options.addAll(List.of("--out", common.out));
    }
    which.sweeps.forEach(sweep -> options.addAll(List.of("--sweep", sweep)));
    if (which.where != null) {
      options.addAll(List.of("--where", which.where));
    }
    if (which.conf != null) {
      options.addAll(List.of("--conf", which.conf.toString()));
    }
    which.settings.settings.forEach(setting -> options.addAll(List.of("--set", setting)));
    return new Invocation(List.copyOf(which.sweeps), options, watch);
  }

  /** What went wrong this time may go well the next. */
  private void writeAgain(ReportJob job, PageFile file) {
    try {
      write(job, file);
    } catch (Exception e) { // Spark does not declare its own
      console.say("not written this time: " + SqlFaults.of(e).getMessage());
    }
  }

  private void write(ReportJob job, PageFile file) throws IOException {
    Instant at = Instant.now();
    ReportJob.Made made = job.run();
    console.leftOut(made.damages().stream().filter(said::add).toList());
    file.write(made.page(), at, common.store());
  }
}
