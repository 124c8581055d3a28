package io.grokgrid.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grokgrid.console.Console;
import io.grokgrid.store.Store;
import io.grokgrid.store.Views;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;

/** Pages of stores, as {@code report} writes them. */
final class Pages {
  private Pages() {}

  static String of(Store store) throws IOException {
    return of(store, Views.Restriction.NONE, Example.START);
  }

  static String of(Store store, Views.Restriction restriction, Instant at) throws IOException {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, UTF_8);
    Console console = new Console(nowhere, nowhere, false, null);
    List<String> options = List.of("--out", store.root());
    Invocation invocation = new Invocation(restriction.sweeps(), options, null);
    ReportJob.Made made =
        new ReportJob(Sparks.session(), store, restriction, invocation, console).run();
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    made.page().writeTo(page, at, store.root());
    return page.toString(UTF_8);
  }
}
