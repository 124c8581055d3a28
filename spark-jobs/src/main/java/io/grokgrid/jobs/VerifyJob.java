package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.store.Damage;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.verify.Inspection;
import io.grokgrid.verify.Repair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Proves a store whole: reads all of it and checks every row against itself. */
public final class VerifyJob {
  private static final int NAMED = 20;
  private static final String REPAIR = "verify --repair takes the older rows out";

  /**
   * What one check found.
   *
   * @param found how many things are wrong
   * @param detail what they are, the first twenty by name
   */
  public record Finding(String check, int found, String detail) {}

  private final SparkSession session;
  private final Store store;
  private final @Nullable Study study;

  /**
   * @param study whose grid must be in the store, if any
   */
  public VerifyJob(SparkSession session, Store store, @Nullable Study study) {
    this.session = session;
    this.store = store;
    this.study = study;
  }

  /** A finding a check, also where nothing is wrong; one only where there is no store. */
  public List<Finding> run() throws IOException {
    if (!store.hasRuns(session.sparkContext().hadoopConfiguration())) {
      return List.of(new Finding("no store", 1, store.root() + " holds no runs"));
    }
    Inspection found = Inspection.of(session, store);
    List<Finding> findings = new ArrayList<>();
    findings.add(damaged(found));
    findings.add(finding("finished runs with two rows", found.doubledRuns(), "", REPAIR));
    for (String check : Inspection.checks()) {
      findings.add(finding(check, found.wrongRows(check), "", ""));
    }
    findings.add(
        finding(
            "missing or damaged checkpoints",
            found.wrongCheckpoints(),
            "",
            "verify --repair takes these runs out, to be trained again"));
    if (study != null) {
      findings.add(missing(study));
    }
    return findings;
  }

  /**
   * Takes out what is wrong; the caller holds the store's claim.
   *
   * @param done told of each thing
   */
  public void repair(Consumer<String> done) throws IOException {
    if (store.hasRuns(session.sparkContext().hadoopConfiguration())) {
      new Repair(session, store, done).run(Inspection.of(session, store));
    }
  }

  private static Finding damaged(Inspection found) {
    List<String> damages = found.files().damages().stream().map(VerifyJob::text).toList();
    String outOf = "%d are whole".formatted(found.files().files().size());
    return finding("unreadable files", damages, outOf, "");
  }

  private static String text(Damage damage) {
    return damage.path() + " " + damage.what();
  }

  private Finding missing(Study study) throws IOException {
    Set<String> there =
        StoredRuns.of(session, store).rows().select("run_id").collectAsList().stream()
            .map(row -> row.getString(0))
            .collect(Collectors.toSet());
    List<String> missing =
        study.runs().stream()
            .filter(run -> run.ids().stream().noneMatch(there::contains))
            .map(PlannedRun::id)
            .toList();
    return finding("missing runs of the grid", missing, "of %d".formatted(study.runs().size()), "");
  }

  private static Finding finding(
      String check, Collection<String> wrong, String outOf, String mend) {
    List<String> named = wrong.stream().limit(NAMED).toList();
    String more = wrong.size() > NAMED ? ", .." : "";
    String detail = String.join(", ", named) + more;
    detail = outOf.isEmpty() || wrong.isEmpty() ? outOf + detail : outOf + "; " + detail;
    boolean toMend = !wrong.isEmpty() && !mend.isEmpty();
    return new Finding(check, wrong.size(), toMend ? detail + "; " + mend : detail);
  }
}
