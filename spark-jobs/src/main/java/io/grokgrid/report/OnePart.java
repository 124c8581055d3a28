package io.grokgrid.report;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Repartition;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.WithCTE;

/**
 * Sorted answers that all come to the driver. Spark sorts in several parts, and finds where to cut
 * them by working out all that is to be sorted once more; of one part it need not.
 */
final class OnePart {
  private OnePart() {}

  /** The same rows in the order that was asked for. */
  static Dataset<Row> sorted(Dataset<Row> answer) {
    var asked = (org.apache.spark.sql.classic.Dataset<Row>) answer; // the only one that has plans
    return org.apache.spark.sql.classic.Dataset.ofRows(
        asked.sparkSession(), inOnePart(asked.logicalPlan()));
  }

  /** What stands above the outermost sort keeps the order. */
  private static LogicalPlan inOnePart(LogicalPlan plan) {
    if (plan instanceof Sort sort && sort.global()) {
      return new Sort(sort.order(), false, new Repartition(1, true, sort.child()), sort.hint());
    }
    if (plan instanceof Project project) {
      return new Project(project.projectList(), inOnePart(project.child()));
    }
    return plan instanceof WithCTE with
        ? new WithCTE(inOnePart(with.plan()), with.cteDefs())
        : plan;
  }
}
