package io.grokgrid.report;

import io.grokgrid.console.Console;
import io.grokgrid.console.Sign;
import io.grokgrid.jobs.Restrictions;
import io.grokgrid.page.Page;
import io.grokgrid.sql.Questions;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredAnalyses;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/** Asks all that a page shows of a store's runs. */
final class ReportJob {
  /** Recorded steps of which a page is quick to show so many, and rows of attention. */
  private static final int MOST_RECORDED = 900_000;

  private static final int MOST_ATTENTION = 60_000;

  private final SparkSession session;
  private final Store store;
  private final Views.Restriction restriction;
  private final Invocation invocation;
  private final Console console;

  /**
   * A page.
   *
   * @param damages what of the store it leaves out
   */
  record Made(Page page, List<Damage> damages) {}

  ReportJob(
      org.apache.spark.sql.SparkSession session,
      Store store,
      Views.Restriction restriction,
      Invocation invocation,
      Console console) {
    this.session = (SparkSession) session; // the only one that has plans
    this.store = store;
    this.restriction = restriction;
    this.invocation = invocation;
    this.console = console;
  }

  /**
   * Reads the store as it is now.
   *
   * @throws io.grokgrid.sql.RefusedSql if the restriction is wrong
   */
  Made run() throws IOException {
    Restrictions.requireCondition(
        session, Questions.of(session), restriction.where(), Questions.WHERE);
    try (Sign sign = console.during("reading the store")) {
      List<Damage> damages = new ArrayList<>();
      StoredRuns stored = StoredRuns.of(session, store);
      StoredAnalyses analyses = StoredAnalyses.of(session, store); // after the runs, see there
      Views views = views(stored, analyses, damages);
      List<Damage> all = damages.stream().distinct().toList();
      Dataset<Row> runs = Contents.withoutArrays(views).persist();
      try {
        return new Made(page(views.runs(), runs, Contents.of(runs, analyses), all), all);
      } finally {
        runs.unpersist();
      }
    }
  }

  private Views views(StoredRuns stored, StoredAnalyses analyses, List<Damage> damages)
      throws IOException {
    Views.Restriction found = Restrictions.found(store, stored.rows(), restriction, damages);
    SweepLists lists = SweepLists.of(store, session.sparkContext().hadoopConfiguration());
    Views.registerSweeps(session, stored, lists);
    damages.addAll(lists.damages());
    Views views = Views.register(session, stored, analyses, found);
    damages.addAll(views.damages());
    return views;
  }

  private Page page(Dataset<Row> whole, Dataset<Row> runs, Contents contents, List<Damage> damages)
      throws InterruptedIOException {
    RunQuestions questions = new RunQuestions(new Views(runs, damages).varying());
    int every = contents.every(MOST_RECORDED);
    Meta meta = Meta.of(invocation, questions, runs);
    try (Answers answers = new Answers(whole, runs, invocation, console)) {
      if (!contents.recorded().isEmpty()) {
        askRuns(answers, questions, contents, every);
        askLearned(answers, new LearnedQuestions(questions), contents);
      }
      return new Page(meta.values(every, damages), answers.tables());
    }
  }

  private static void askRuns(
      Answers answers, RunQuestions questions, Contents contents, int every) {
    answers.ask(questions.runs(), questions.curves(every, contents.hasOutOfDistribution()));
    answers.ask(questions.sweeps());
    answers.ask(questions.spikes());
    questions.statistics().forEach(answers::ask);
    if (contents.hasOutOfDistribution()) {
      answers.ask(questions.encodings());
    }
  }

  private void askLearned(Answers answers, LearnedQuestions questions, Contents contents) {
    if (contents.attention() > 0) {
      answers.ask(attention(questions, contents));
      answers.ask(questions.attentionMaps());
    }
    questions.measured(contents.analyses(), contents.recorded().size()).forEach(answers::ask);
  }

  private Question attention(LearnedQuestions questions, Contents contents) {
    Question all = questions.attention();
    if (contents.attention() <= MOST_ATTENTION) {
      return all;
    }
    var answer = session.sql(all.sql());
    int every = (int) ((answer.count() + MOST_ATTENTION - 1) / MOST_ATTENTION);
    return every <= 1 ? all : questions.attention(every, List.of(answer.columns()));
  }
}
