package io.grokgrid.transfer;

import io.grokgrid.jobs.Restrictions;
import io.grokgrid.sql.Questions;
import io.grokgrid.store.BrokenStore;
import io.grokgrid.store.Checkpoints;
import io.grokgrid.store.Damage;
import io.grokgrid.store.SavedRuns;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.store.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Takes runs out of a store: what analyses found of them, their checkpoints, their saved states,
 * and at last their rows, those that newer ones took the place of first. So a drop that was cut
 * finds its runs again by what the views show of them. A file that holds rows of other runs is
 * written anew. With a whole sweep the list of its grid goes, last of all.
 */
public final class DropJob {
  private final SparkSession session;
  private final Store store;
  private final Configuration hadoop;
  private final Views.Restriction restriction;

  public DropJob(
      org.apache.spark.sql.SparkSession session, Store store, Views.Restriction restriction)
      throws IOException {
    this.session = (SparkSession) session; // the only one that has plans
    hadoop = session.sparkContext().hadoopConfiguration();
    this.store = store.qualified(hadoop);
    this.restriction = restriction;
  }

  /**
   * What there is of the runs, without taking anything out.
   *
   * @param damages told of what of the store is damaged, and stays
   * @throws io.grokgrid.sql.RefusedSql if the condition is none, or there is no such sweep
   */
  Belongings find(Consumer<List<Damage>> damages) throws IOException {
    Questions questions = Questions.of(session);
    Restrictions.requireCondition(session, questions, restriction.where(), Questions.WHERE);
    StoredRuns stored = StoredRuns.of(session, store);
    List<Damage> damaged = new ArrayList<>(stored.damages());
    Views.Restriction found = Restrictions.found(store, stored.rows(), restriction, damaged);
    damages.accept(damaged);
    return Belongings.of(session, store, stored, found);
  }

  /**
   * Takes runs out; the caller holds the store's claim.
   *
   * @param confirmed ids of those that may go
   * @return what went
   * @throws BrokenStore if the store holds analyses that cannot be read
   */
  Belongings.Size run(Set<String> confirmed) throws IOException {
    RowFiles files = new RowFiles(session, store);
    Belongings before = find(none -> {}).of(confirmed);
    files.tidy(before.rowFiles());
    files.tidy(before.analysisFiles());
    Belongings found = find(none -> {}).of(confirmed);
    files.takeOut(found.analysisFiles(), found.analyses());
    for (String runId : found.runs().keySet()) {
      Checkpoints.delete(store, runId, hadoop);
    }
    SavedRuns saved = new SavedRuns(store, hadoop);
    saved.forget(found.runs().keySet());
    saved.forgetTasks(found.runs().keySet());
    files.takeOut(found.rowFiles(), found.olderRows());
    // The files of those are others now.
    files.takeOut(found.rowFiles(), find(none -> {}).of(confirmed).shownRows());
    if (restriction.where() == null && restriction.grid() == null) {
      for (String sweep : restriction.sweeps()) {
        SweepLists.delete(store, sweep, hadoop);
      }
    }
    return found.size();
  }
}
