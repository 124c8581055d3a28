package io.grokgrid.jobs;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.config.Study;
import io.grokgrid.store.Store;
import io.grokgrid.store.StoredRuns;
import io.grokgrid.store.SweepLists;
import io.grokgrid.verify.AnalysesInspection;
import io.grokgrid.verify.Inspection;
import io.grokgrid.verify.Repair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Proves a store whole: reads all of it and checks every row against itself. */
public final class VerifyJob {
  /** Of a store that is not there, the one check. */
  public static final String NO_STORE = "no store";

  public static final String UNREADABLE = "unreadable files";
  public static final String DOUBLED = "finished runs with two rows";
  public static final String CHECKPOINTS = "missing or damaged checkpoints";
  public static final String STRAY_ANALYSES = "analyses that cannot be";
  public static final String DOUBLED_ANALYSES = "analyses that are there twice";
  public static final String MISSING = "missing runs of the grid";

  private final SparkSession session;
  private final Store store;
  private final @Nullable Study study;

  /**
   * What one check found.
   *
   * @param check one of those above, or of the rows
   * @param wrong each thing that is wrong, by its name
   */
  public record Finding(String check, List<String> wrong) {}

  /**
   * What all checks found.
   *
   * @param findings one a check, also where nothing is wrong
   * @param wholeFiles how many files of rows, or of lists of runs, are readable
   */
  public record Verdict(List<Finding> findings, int wholeFiles) {
    public boolean isWhole() {
      return findings.stream().allMatch(finding -> finding.wrong().isEmpty());
    }
  }

  /**
   * @param study whose grid must be in the store, if any
   */
  public VerifyJob(SparkSession session, Store store, @Nullable Study study) {
    this.session = session;
    this.store = store;
    this.study = study;
  }

  public Verdict run() throws IOException {
    if (!store.hasRuns(session.sparkContext().hadoopConfiguration())) {
      return new Verdict(List.of(new Finding(NO_STORE, List.of(store.root()))), 0);
    }
    Inspection found = Inspection.of(session, store);
    AnalysesInspection analyses = AnalysesInspection.of(session, store);
    SweepLists lists = lists();
    List<String> damaged = new ArrayList<>(found.damagedFiles());
    damaged.addAll(analyses.damagedFiles());
    lists.damages().forEach(damage -> damaged.add(damage.path() + " " + damage.what()));
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(UNREADABLE, damaged));
    findings.add(new Finding(DOUBLED, found.doubledRuns()));
    Inspection.checks().forEach(check -> findings.add(new Finding(check, found.wrongRows(check))));
    findings.add(new Finding(CHECKPOINTS, found.wrongCheckpoints()));
    findings.add(new Finding(STRAY_ANALYSES, analyses.strayRows()));
    findings.add(new Finding(DOUBLED_ANALYSES, analyses.doubled()));
    if (study != null) {
      findings.add(new Finding(MISSING, missing(study)));
    }
    int whole = found.files().files().size() + analyses.files().files().size() + lists.files();
    return new Verdict(findings, whole);
  }

  /**
   * Takes out what is wrong; the caller holds the store's claim.
   *
   * @param done told of each thing
   */
  public void repair(Consumer<String> done) throws IOException {
    if (store.hasRuns(session.sparkContext().hadoopConfiguration())) {
      Repair repair = new Repair(session, store, done);
      repair.run(Inspection.of(session, store));
      repair.run(AnalysesInspection.of(session, store)); // against the runs that are left
      repair.run(lists()); // which the next sweep of the same configuration writes again
    }
  }

  private SweepLists lists() throws IOException {
    return SweepLists.of(store, session.sparkContext().hadoopConfiguration());
  }

  private List<String> missing(Study study) throws IOException {
    Set<String> there =
        StoredRuns.of(session, store).rows().select("run_id").collectAsList().stream()
            .map(row -> row.getString(0))
            .collect(Collectors.toSet());
    return study.runs().stream()
        .filter(run -> run.ids().stream().noneMatch(there::contains))
        .map(PlannedRun::id)
        .toList();
  }
}
