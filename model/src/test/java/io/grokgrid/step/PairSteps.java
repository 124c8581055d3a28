package io.grokgrid.step;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Model;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.pair.CorePairNetwork;
import io.grokgrid.pair.PairForm;
import io.grokgrid.task.Examples;

/** Steps of pair networks on a core. */
public final class PairSteps {
  private PairSteps() {}

  /** In evaluations by all but one example. */
  public static PairStep of(
      NDManager manager, Model model, int n, Examples dataset, TrainingSpec spec) {
    int train = dataset.trainExamples();
    int most = dataset.size() - 1;
    CorePairNetwork network =
        switch (model.kind()) {
          case TRANSFORMER ->
              CorePairNetwork.of(
                  manager, ((TransformerSpec) model).untied(), n, spec.lossForm(), train, most);
          case EMBEDDING_MLP ->
              CorePairNetwork.of(
                  manager, (EmbeddingMlpSpec) model, n, spec.lossForm(), train, most);
        };
    return new PairStep(PairForm.tied(model, n, network), dataset, spec);
  }
}
