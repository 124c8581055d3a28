package io.grokgrid.battery;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import io.grokgrid.train.Measurement;
import io.grokgrid.train.Metrics;
import io.grokgrid.train.TrainingState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordingTest {
  private final RunSpec run =
      RunSpecs.of(Map.of("task.p", 7, "model.d_model", 8, "model.heads", 2, "model.d_mlp", 16));

  private List<Measurement> measured(String analyses, double loss) {
    Metrics metrics = new Metrics(0, loss, 1, 0.5, 0.25, null, null, 3, null);
    float[] parameters = run.model().init().draw(run.layout(), 1);
    TrainingState state = new TrainingState(run.training(), run.layout().tensors(), parameters);
    return new Recording(run.model(), run.task(), 1, analyses).measure(state, metrics);
  }

  private List<String> names(String analyses, double loss) {
    return measured(analyses, loss).stream()
        .map(each -> each.analysis() + "." + each.name())
        .toList();
  }

  @Test
  void hasLossesAndNormsFromTheMetricsByDefault() {
    assertThat(names("auto", 0.125))
        .contains("loss.all_loss", "loss.train_loss", "weights.sum_squared", "weights.norm");
    assertThat(measured("auto", 0.125)).contains(new Measurement(0, "loss", "train_loss", 0.125));
  }

  @Test
  void measuresWhatIsAskedForAndNothingTwice() {
    assertThat(names("loss", 0.125)).allMatch(name -> name.startsWith("loss.")).isNotEmpty();
    assertThat(names("weights", 0.125)).allMatch(name -> name.startsWith("weights.")).isNotEmpty();
    assertThat(names("auto", 0.125)).contains("fourier_embedding.gini", "fourier_embedding.norm.1");
    assertThat(names("all", 0.125)).doesNotHaveDuplicates().containsAll(names("auto", 0.125));
  }

  @Test
  void doesNotAnalyseWhatIsNotFinite() {
    assertThat(names("all", Double.NaN))
        .containsExactlyInAnyOrderElementsOf(names("auto", Double.NaN))
        .allMatch(name -> name.startsWith("loss.") || name.startsWith("weights."))
        .hasSize(8);
  }
}
