package io.grokgrid.analysis;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.task.TableTask;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Networks whose weights a test chooses. */
final class Built {
  private Built() {}

  /** What was found under a name; NaN if nothing was. */
  static double number(Map<String, Double> found, String name) {
    return found.getOrDefault(name, Double.NaN);
  }

  /** As it is drawn with seed 1. */
  static Subject drawn(NDManager manager, Model model, TableTask task) {
    Layout layout = model.layoutOfPairs(task.elements());
    return new Subject(manager, model, task, 1, model.init().draw(layout, 1));
  }

  /** The same with every weight the same. */
  static Subject all(Subject subject, float weight) {
    float[] parameters = new float[subject.parameters().length];
    Arrays.fill(parameters, weight);
    return subject.with(parameters);
  }

  /** The same with other numbers in a tensor, by their index in it. */
  static Subject set(Subject subject, String name, IntToDoubleFunction numbers) {
    float[] parameters = subject.parameters().clone();
    Layout.Tensor tensor = subject.layout().at(name);
    for (int i = 0; i < tensor.size(); i++) {
      parameters[tensor.offset() + i] = (float) numbers.applyAsDouble(i);
    }
    return subject.with(parameters);
  }
}
