package io.grokgrid.train;

/** What is recorded, for tests, written short: each method changes one and returns this object. */
public final class Records {
  private final int metrics;
  private int attention;
  private int measurements;
  private int checkpoints;
  private String steps = "";
  private String at = "";
  private int evaluationBatches = 1;
  private int ood;

  private Records(int metrics) {
    this.metrics = metrics;
  }

  /** Metrics every so many steps, and nothing else. */
  public static Records metrics(int every) {
    return new Records(every);
  }

  public Records attention(int every) {
    attention = every;
    return this;
  }

  public Records measurements(int every) {
    measurements = every;
    return this;
  }

  public Records checkpoints(int number) {
    checkpoints = number;
    return this;
  }

  public Records checkpointSteps(String text) {
    steps = text;
    return this;
  }

  public Records checkpointsAt(String text) {
    at = text;
    return this;
  }

  public Records evaluationBatches(int number) {
    evaluationBatches = number;
    return this;
  }

  public Records ood(int every) {
    ood = every;
    return this;
  }

  public RecordSpec spec() {
    return new RecordSpec(
        metrics,
        attention,
        measurements,
        "auto",
        checkpoints,
        steps,
        at,
        evaluationBatches,
        ood,
        0);
  }
}
