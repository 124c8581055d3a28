package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Model;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.net.TransformerSpec.Outputs;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.train.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is asked about a network's operands says something of every network over pairs. */
@ExtendWith(EngineManager.class)
class ClockAndPizzaTest {
  private static final List<Analysis> ANALYSES =
      List.of(
          new AttentionPattern(),
          new GradientSymmetricity(),
          new DistanceIrrelevance(),
          new Circularity(),
          new CircleIsolation(),
          new EmbeddingPca(4),
          new WeightNorms(),
          new Commutativity(),
          new Stability());

  private static final List<Model> MODELS =
      List.of(
          Models.parts().model(),
          Models.parts().equalsToken(false).causal(false).attentionRate(0).model(),
          Models.parts().equalsToken(false).separateOperands(true).attentionRate(0.5).model(),
          Models.parts().outputs(Outputs.TOKENS).separateOperands(true).model(),
          Models.parts().encoding(Encoding.NONE).normalization(Normalization.PRE).model(),
          Models.parts()
              .layers(2)
              .encoding(Encoding.SINUSOIDAL)
              .normalization(Normalization.POST)
              .model(),
          Models.parts().encoding(Encoding.ALIBI).residual(false).mlpResidual(false).model(),
          Models.parts()
              .encoding(Encoding.ROPE_MIXED)
              .widths(4, 2, 2)
              .outputProjection(false)
              .model(),
          Models.parts().widths(1, 1, 1).model(),
          Models.mlp().model(),
          Models.mlp().separateOperands(true).bias(false).model(),
          Models.mlp().combine(Combine.SUM).separateOperands(true).layers(2).model());

  private static final List<TableTask> TASKS =
      List.of(
          Tasks.modular(2).task(),
          Tasks.modular(7).task(),
          Tasks.modular(9).operation(ModularOperation.SUBTRACT).task(),
          Tasks.modular(8).labelNoise(5).task(),
          Tasks.modular(7).operation(ModularOperation.DIVIDE).task());

  private final NDManager manager;

  ClockAndPizzaTest(NDManager manager) {
    this.manager = manager;
  }

  @Test
  void everyNetworkIsMeasured() {
    for (Model model : MODELS) {
      for (TableTask task : TASKS) {
        ask(Built.drawn(manager, model, task));
      }
    }
  }

  @Test
  void weightsWithoutMeaningAreMeasured() {
    for (Model model : MODELS) {
      Subject subject = Built.drawn(manager, model, Tasks.modular(5).task());
      for (float weight : new float[] {0, 1, Float.NaN, Float.POSITIVE_INFINITY}) {
        ask(Built.all(subject, weight));
      }
    }
  }

  @Test
  void permutationsAreMeasured() {
    ask(Built.drawn(manager, Models.parts().model(), Tasks.permutations().task()));
    ask(Built.drawn(manager, Models.mlp().model(), Tasks.permutations().task()));
  }

  private static void ask(Subject subject) {
    for (Analysis analysis : ANALYSES) {
      if (analysis.idle(subject).isEmpty()) {
        Findings found = new Findings(0, analysis.name());
        assertThatCode(() -> analysis.measure(subject, found))
            .as("%s of %s, %s", analysis.name(), subject.model(), subject.task())
            .doesNotThrowAnyException();
        assertThat(found.measurements()).extracting(Measurement::name).doesNotHaveDuplicates();
      }
    }
  }
}
