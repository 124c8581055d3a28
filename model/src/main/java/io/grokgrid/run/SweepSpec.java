package io.grokgrid.run;

import io.grokgrid.base.Check;
import java.io.Serializable;

/**
 * How a sweep runs; nothing in it changes a result, but for rounding (device, runs at once).
 *
 * @param name written beside every row
 * @param device where networks are trained
 * @param gpus that each task asks of Spark
 * @param runsAtOnce of one shape that a device trains at once
 * @param maxHours after which the sweep stops as if interrupted; 0 is no limit
 */
public record SweepSpec(String name, DeviceChoice device, int gpus, int runsAtOnce, double maxHours)
    implements Serializable {
  /** auto: the GPU that Spark assigned if there is one and CUDA works, else the CPU. */
  public enum DeviceChoice {
    AUTO,
    CPU,
    GPU
  }

  private static final int MOST_AT_ONCE = 1024;

  public SweepSpec {
    new Check()
        .that(!name.isBlank(), "name", "must not be blank", "\"" + name + "\"")
        .that(
            name.chars().noneMatch(Character::isISOControl),
            "name",
            "must have no control characters",
            name)
        .atLeast("gpus", gpus, 0)
        .that(
            device != DeviceChoice.GPU || gpus >= 1,
            "gpus",
            "must be at least 1 for device = gpu",
            gpus)
        .between("runs_at_once", runsAtOnce, 1, MOST_AT_ONCE)
        .atLeast("max_hours", maxHours, 0)
        .done();
  }

  /**
   * Runs of one shape that such a device trains at once: where a GPU is but hoped for, a CPU trains
   * one by one, which is faster there.
   */
  public int atOnceOn(boolean isGpu) {
    return isGpu || device == DeviceChoice.CPU ? runsAtOnce : 1;
  }
}
