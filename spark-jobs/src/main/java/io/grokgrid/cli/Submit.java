package io.grokgrid.cli;

import io.grokgrid.console.Interruption;
import org.apache.spark.deploy.SparkSubmit;

/** Starts {@code spark-submit} in this process, with signals answered from the first moment. */
public final class Submit {
  private Submit() {}

  /** Takes the arguments of {@code spark-submit}. */
  public static void main(String[] args) {
    Interruption.watch();
    SparkSubmit.main(args);
  }
}
