package io.grokgrid.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Peer;
import io.grokgrid.analysis.Subject;
import io.grokgrid.net.Activation;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Model;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.net.TransformerSpec.Normalization;
import io.grokgrid.task.ModularOperation;
import io.grokgrid.task.TableTask;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever it is asked of, an analysis gives numbers or a reason why not. */
@ExtendWith(EngineManager.class)
class AnyNetworkTest {
  private static final List<Analysis> ALL =
      List.of(
          new FourierEmbedding(),
          new NeuronClusters(),
          new NeuronPhases(),
          new PairSpectrum(),
          new FourierSimilarity(),
          new LogitSpectrum(),
          new Progress(),
          new Certificate(),
          new EffectiveWeights());

  private final NDManager manager;

  AnyNetworkTest(NDManager manager) {
    this.manager = manager;
  }

  private static List<Model> models() {
    List<Model> models = new ArrayList<>();
    models.add(Models.mainline(4, 2, 5));
    models.add(Models.parts().layers(2).model());
    models.add(Models.parts().normalization(Normalization.PRE).model());
    models.add(Models.parts().normalization(Normalization.POST).layers(2).model());
    models.add(Models.parts().equalsToken(false).attentionRate(0.3).model());
    models.add(
        Models.parts().separateOperands(true).outputs(TransformerSpec.Outputs.TOKENS).model());
    for (Encoding encoding : Encoding.values()) {
      models.add(Models.parts().encoding(encoding).activation(Activation.RELU).model());
    }
    models.add(Models.parts().residual(false).outputProjection(false).mlpResidual(false).model());
    models.add(Models.mlp().model());
    models.add(Models.mlp().combine(Combine.SUM).layers(2).model());
    models.add(Models.mlp().separateOperands(true).bias(false).model());
    return models;
  }

  private static List<TableTask> tasks() {
    List<TableTask> tasks = new ArrayList<>();
    for (int p : new int[] {2, 3, 4, 6, 9}) {
      tasks.add(Tasks.modular(p).task());
      tasks.add(Tasks.modular(p).operation(ModularOperation.SUBTRACT).task());
    }
    tasks.add(Tasks.modular(5).operation(ModularOperation.DIVIDE).task());
    tasks.add(Tasks.modular(5).labelNoise(3).task());
    return tasks;
  }

  @Test
  void everyAnalysisAnswersOrSaysWhyNot() {
    for (Model model : models()) {
      for (TableTask task : tasks()) {
        ask(subject(model, task));
      }
    }
  }

  @Test
  void permutationsHaveNoFrequenciesButMayBeSimplified() {
    Subject subject = subject(Models.mainline(4, 2, 5), Tasks.permutations().task());
    ask(subject);
    assertThat(new Progress().idle(subject)).contains("needs addition or subtraction modulo p");
    assertThat(new FourierEmbedding().idle(subject)).contains("needs residues modulo p");
    assertThat(new EffectiveWeights().idle(subject)).isEmpty();
  }

  @Test
  void whatIsNoNumberStaysNone() {
    for (Model model : models()) {
      Subject drawn = subject(model, Tasks.modular(6).task());
      float[] none = new float[drawn.parameters().length];
      Arrays.fill(none, Float.NaN);
      ask(drawn.with(none));
      assertThat(Peer.measure(new Progress(), drawn.with(none)).get("restricted_loss")).isNaN();
    }
  }

  @Test
  void zeroWeightsAreAtChance() {
    for (Model model : models()) {
      Subject drawn = subject(model, Tasks.modular(6).task());
      Subject zero = drawn.with(new float[drawn.parameters().length]);
      ask(zero);
      Map<String, Double> progress = Peer.measure(new Progress(), zero);
      assertThat(progress.get("restricted_loss")).isCloseTo(Math.log(6), within(1e-12));
      assertThat(progress).containsEntry("argmax_frequencies", 0.0);
      assertThat(Peer.measure(new FourierSimilarity(), zero).get("1")).isNaN();
      Map<String, Double> certificate = Peer.measure(new Certificate(), zero);
      assertThat(certificate.get("kept_loss")).isCloseTo(Math.log(6), within(1e-12));
    }
  }

  private Subject subject(Model model, TableTask task) {
    float[] weights = model.init().draw(model.layoutOfPairs(task.elements()), 1);
    return new Subject(manager, model, task, 1, weights);
  }

  private static void ask(Subject subject) {
    for (Analysis analysis : ALL) {
      Findings found = new Findings(0, analysis.name());
      if (analysis.idle(subject).isEmpty()) {
        analysis.measure(subject, found);
        assertThat(found.measurements()).as(analysis.name()).isNotEmpty();
      } else {
        assertThat(analysis.idle(subject).orElseThrow()).startsWith("needs");
      }
    }
  }
}
