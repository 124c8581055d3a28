package io.grokgrid.group;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Subject;
import io.grokgrid.net.Activation;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Model;
import io.grokgrid.net.Models;
import io.grokgrid.task.PermutationOperation;
import io.grokgrid.task.PermutationTask;
import io.grokgrid.task.Tasks;

/** Networks over permutations, with weights that are written down. */
final class GroupNetworks {
  static final int ORDER = Permutations.ORDER;

  private GroupNetworks() {}

  static PermutationTask task(PermutationOperation operation) {
    return Tasks.permutations().trainFraction(0.4).with("operation", operation).task();
  }

  static Subject untrained(NDManager manager, Model model, PermutationOperation operation) {
    Layout layout = model.layout(model.signature(task(operation)));
    return new Subject(manager, model, task(operation), 0, model.init().draw(layout, 0));
  }

  /**
   * With units (left(a) + right(b)) behind an activation, over embeddings that are all functions of
   * one element that there are: D = 120, one-hot.
   *
   * @param left a unit, an element
   * @param right likewise
   * @param read a unit, a class
   */
  static Subject additive(
      NDManager manager,
      Activation activation,
      double[][] left,
      double[][] right,
      double[][] read) {
    EmbeddingMlpSpec model =
        Models.mlp()
            .combine(Combine.SUM)
            .separateOperands(true)
            .widths(2 * ORDER, left.length)
            .activation(activation)
            .bias(false)
            .model();
    PermutationTask task = task(PermutationOperation.COMPOSE);
    Layout layout = model.layout(model.signature(task));
    float[] parameters = new float[layout.size()];
    int width = 2 * ORDER;
    int units = left.length;
    for (int x = 0; x < ORDER; x++) {
      parameters[layout.at("embed.W_E").offset() + x * width + x] = 1;
      parameters[layout.at("embed_b.W_E").offset() + x * width + ORDER + x] = 1;
      for (int unit = 0; unit < units; unit++) {
        int in = layout.at("mlp.0.W").offset();
        parameters[in + x * units + unit] = (float) left[unit][x];
        parameters[in + (ORDER + x) * units + unit] = (float) right[unit][x];
        parameters[layout.at("unembed.W_U").offset() + unit * ORDER + x] = (float) read[unit][x];
      }
    }
    return new Subject(manager, model, task, 0, parameters);
  }

  /**
   * A network that multiplies matrices of a representation: with units (rho_ij(a) +- rho_jk(b))^2,
   * read by +- rho_ik(c) / 4, its logits are tr(rho(a) rho(b) rho(c^-1)) times a factor.
   */
  static Subject multiplying(NDManager manager, OrthogonalForm form, double factor) {
    int d = form.dimension();
    int units = 2 * d * d * d;
    double[][] left = new double[units][ORDER];
    double[][] right = new double[units][ORDER];
    double[][] read = new double[units][ORDER];
    for (int unit = 0; unit < units; unit++) {
      int i = unit / 2 / d / d;
      int j = unit / 2 / d % d;
      int k = unit / 2 % d;
      int sign = unit % 2 == 0 ? 1 : -1;
      for (int x = 0; x < ORDER; x++) {
        left[unit][x] = form.matrix(x)[i * d + j];
        right[unit][x] = sign * form.matrix(x)[j * d + k];
        read[unit][x] = factor * sign * form.matrix(x)[i * d + k] / 4;
      }
    }
    return additive(manager, Activation.SQUARE, left, right, read);
  }
}
