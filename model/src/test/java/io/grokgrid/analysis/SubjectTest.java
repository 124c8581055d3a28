package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Model;
import io.grokgrid.net.Models;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import java.util.Arrays;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineManager.class)
class SubjectTest {
  private final Subject subject;

  SubjectTest(NDManager manager) {
    Model model = Models.parts().separateOperands(true).model();
    float[] weights = model.init().draw(model.layoutOfPairs(5), 1);
    subject = new Subject(manager, model, Tasks.modular(5).task(), 1, weights);
  }

  @Test
  void makesWhatIsSharedOnce() {
    StringBuilder made = subject.shared(StringBuilder.class, s -> new StringBuilder());
    assertThat(subject.shared(StringBuilder.class, s -> new StringBuilder())).isSameAs(made);
    assertThat(subject.initial().shared(StringBuilder.class, s -> new StringBuilder()))
        .isNotSameAs(made);
  }

  @Test
  void somePairsHaveTheLogitsThatTheyHaveAmongAll() {
    double[] all = subject.logits();
    double[] some = subject.logits(subject.parameters(), new int[] {7, 3});
    assertThat(Arrays.copyOf(some, 5)).containsExactly(Arrays.copyOfRange(all, 35, 40), within());
    assertThat(Arrays.copyOfRange(some, 5, 10))
        .containsExactly(Arrays.copyOfRange(all, 15, 20), within());
    assertThat(subject.labels().loss(all, subject.everyPair()))
        .isEqualTo(subject.labels().loss(all, Labels.Part.ALL));
  }

  private static Offset<Double> within() {
    return Assertions.within(1e-12);
  }

  @Test
  void operandsHaveTheirEmbeddingsWhereTheirTokensDo() {
    int from = subject.embeddingOffset(1);
    assertThat(from - subject.embeddingOffset(0)).isEqualTo(5 * subject.width());
    assertThat(subject.embedding(1)[3]).isEqualTo(subject.parameters()[from + 3]);
  }
}
