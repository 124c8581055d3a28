package io.grokgrid.battery;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Basics;
import io.grokgrid.analysis.Subject;
import io.grokgrid.net.Model;
import io.grokgrid.task.Task;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Measuring;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.TrainingState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a run measures of itself: {@link Basics} from the metrics of the step, then analyses of its
 * weights, in float64 on the CPU, wherever it trains. Of weights that are not finite there is
 * nothing to analyse.
 */
public final class Recording implements Measuring {
  private final Model model;
  private final Task task;
  private final long seed;
  private final String analyses;
  private final Battery battery;
  private final Basics basics;

  /**
   * @param seed the run's
   * @param analyses what {@code record.analyses} says
   */
  public Recording(Model model, Task task, long seed, String analyses) {
    this.model = model;
    this.task = task;
    this.seed = seed;
    this.analyses = analyses;
    battery = Battery.recorded(analyses);
    basics = new Basics(task);
  }

  @Override
  public List<Measurement> measure(TrainingState state, Metrics at) {
    List<Measurement> found = new ArrayList<>(basics.measure(state, at));
    found.removeIf(basic -> !Battery.asksFor(basic.analysis(), analyses));
    if (!battery.isEmpty() && isFinite(at)) {
      addAnalyses(found, state);
    }
    return found;
  }

  private static boolean isFinite(Metrics at) {
    return Double.isFinite(at.trainLoss())
        && Double.isFinite(at.testLoss())
        && Double.isFinite(at.weightNorm());
  }

  /** What the basics have is not there twice. */
  private void addAnalyses(List<Measurement> found, TrainingState state) {
    Set<List<String>> there = new HashSet<>();
    found.forEach(basic -> there.add(List.of(basic.analysis(), basic.name())));
    try (NDManager manager = Autograd.newManager(Device.cpu())) {
      Subject subject = new Subject(manager, model, task, seed, state.parameters());
      battery.measure(subject, state.step()).defined().stream()
          .filter(each -> !there.contains(List.of(each.analysis(), each.name())))
          .forEach(found::add);
    }
  }
}
