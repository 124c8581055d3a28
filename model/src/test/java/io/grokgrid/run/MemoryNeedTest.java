package io.grokgrid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.OperatingSystemMXBean;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.net.EmbeddingMlpSpec.Combine;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Model;
import io.grokgrid.net.Models;
import io.grokgrid.step.Specs;
import io.grokgrid.step.TrainingSpec;
import io.grokgrid.step.TrainingSpec.GradientFilterKind;
import io.grokgrid.task.SequenceRule;
import io.grokgrid.task.Task;
import io.grokgrid.task.Tasks;
import io.grokgrid.train.Records;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
  private static final long HEAP = Runtime.getRuntime().maxMemory();
  private static final long MEMORY =
      ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();

  /** On 15 of the 25 pairs of five elements. */
  private static RunSpec ofPairs(Model model) {
    return run(Tasks.modular(5).task(), model, Specs.training().spec());
  }

  private static RunSpec run(Task task, Model model, TrainingSpec training) {
    return new RunSpec(task, model, training, Records.metrics(10).spec());
  }

  private static MemoryNeed need(RunSpec run) {
    return MemoryNeed.of(run, run.layout());
  }

  @Test
  void countsTheParametersThatALayoutHas() {
    List<Map<String, Object>> runs = new ArrayList<>();
    for (String norm : List.of("none", "pre", "post")) {
      for (boolean on : new boolean[] {true, false}) {
        runs.add(transformer(norm, on));
        runs.add(embeddingMlp(norm.length(), on));
      }
    }
    runs.add(Map.of("task.kind", "sequence", "training.batch_size", 4, "task.rule", "k_back"));
    runs.add(Map.of("model.tied_embeddings", true));
    runs.add(Map.of("model.kind", "embedding_mlp", "model.one_hot", true));
    assertThat(runs)
        .map(RunSpecs::of)
        .allSatisfy(
            run ->
                assertThat(run.model().parameters(run.signature())).isEqualTo(run.layout().size()))
        .allSatisfy(run -> assertThat(MemoryNeed.excess(run)).isEmpty());
  }

  private static Map<String, Object> transformer(String norm, boolean on) {
    return Map.of(
        "model.normalization", norm,
        "model.mlp_bias", on,
        "model.unembed_bias", !on,
        "model.output_projection", on,
        "model.separate_operands", on,
        "model.encoding", on ? "learned" : "alibi",
        "model.layers", 3);
  }

  private static Map<String, Object> embeddingMlp(int layers, boolean on) {
    return Map.of(
        "model.kind", "embedding_mlp",
        "model.bias", on,
        "model.combine", on ? "concat" : "sum",
        "model.separate_operands", !on,
        "model.hidden_layers", layers);
  }

  /**
   * Two layers of V = 6, T = 3, D = 4, H = K = 2, F = 5, C = 5: embeddings 9 4, of each layer
   * attention 4 4 4 and MLP 2 4 5 + 5 + 4, unembedding 4 5. Autograd keeps of a position 3 C, and
   * of each layer 8 D, 4 H (K + T) and 3 F; so does the layered form, in the heap, and four times
   * the parameters.
   */
  @Test
  void aTransformerKeepsTheActivationsOfEveryPosition() {
    RunSpec run = ofPairs(Models.parts().layers(2).model());
    long trained = 5 * 4 * (36 + 2 * (64 + 49) + 20);
    long activations = 4 * 15 * 3 * (15 + 2 * (32 + 4 * 2 * (2 + 3) + 15));
    assertThat(StepForm.of(run)).isEqualTo(StepForm.ANSWER_ONLY);
    assertThat(need(run))
        .isEqualTo(new MemoryNeed(trained / 5 * 9 + activations, trained + activations));
  }

  /** The network above; h and the filtered gradient, or the window, its sum and that gradient. */
  @Test
  void aFilterKeepsGradients() {
    Model model = Models.parts().layers(2).model();
    long plain = need(ofPairs(model)).heapBytes();
    long array = 4 * (36 + 2 * (64 + 49) + 20);
    Specs.Training training = Specs.training().with("filterWindow", 7);
    Task task = Tasks.modular(5).task();
    for (GradientFilterKind kind : GradientFilterKind.values()) {
      RunSpec run = run(task, model, training.with("gradientFilter", kind).spec());
      int arrays =
          switch (kind) {
            case NONE -> 0;
            case EMA -> 2;
            case MA -> 9;
          };
      assertThat(need(run).heapBytes()).as("%s", kind).isEqualTo(plain + arrays * array);
    }
    RunSpec across =
        run(task, model, Specs.training().with("orthograd", true).spec()); // a copy of the gradient
    assertThat(need(across).heapBytes()).isEqualTo(plain + array);
  }

  /** Of a batch of 7 only its own. */
  @Test
  void aBatchKeepsItsOwnActivations() {
    Model model = Models.parts().layers(2).model();
    RunSpec run = run(Tasks.modular(5).task(), model, Specs.training().batchSize(7).spec());
    long trained = 5 * 4 * (36 + 2 * (64 + 49) + 20);
    assertThat(need(run))
        .isEqualTo(new MemoryNeed(trained / 5 * 9 + 4 * 7 * 3 * 189, trained + 4 * 7 * 3 * 189));
  }

  /**
   * Two hidden layers of F = 4 behind two embeddings of D = 3: embedding 5 3, maps 6 4 + 4, 4 4 + 4
   * and 4 5 + 5. Autograd keeps of each operand 3 C, 2 D and of each layer 3 F.
   */
  @Test
  void anEmbeddingMlpKeepsTheActivationsOfItsLayers() {
    RunSpec run = ofPairs(Models.mlp().layers(2).model());
    long trained = 5 * 4 * (15 + 28 + 20 + 25);
    long activations = 4 * 15 * 2 * (15 + 6 + 2 * 12);
    assertThat(StepForm.of(run)).isEqualTo(StepForm.ANSWER_ONLY);
    assertThat(need(run)).isEqualTo(new MemoryNeed(trained, trained + activations));
  }

  /**
   * R = 6 + 3 rows: tables of R H (F + C) numbers, scores of R R H, and the weights of all 25 pairs
   * that are evaluated at a time, H T each; twice on the tape the parameters, the 7 rows D of which
   * values are made, values H K and through W_O H D a row, queries and keys.
   */
  @Test
  void pairTablesOfATransformerLieOnBothSides() {
    RunSpec run = ofPairs(Models.parts().model());
    long trained = 5 * 4 * (36 + 64 + 49 + 20);
    long tables = 9 * 2 * (5 + 5);
    long scores = 9 * 9 * 2;
    long weights = 25 * 2 * 3;
    long tape = 2 * (169 + 7 * 4 + 9 * 4 + 4 * (5 + 5) + 2 * 9 * 4);
    assertThat(StepForm.of(run)).isEqualTo(StepForm.PAIR_TABLES);
    assertThat(need(run))
        .isEqualTo(
            new MemoryNeed(
                trained + 4 * (6 * tables + 2 * scores + 3 * weights + tape),
                trained + 4 * (4 * tables + 4 * scores)));
  }

  /** Where the encoding turns queries there are scores for each of the T keys. */
  @Test
  void pairTablesOfATurningEncodingHaveScoresForEveryKey() {
    RunSpec run = ofPairs(Models.parts().encoding(Encoding.ROPE).model());
    long trained = 5 * 4 * (24 + 64 + 49 + 20);
    long tables = 6 * 2 * (5 + 5);
    long scores = 6 * 6 * 3 * 2;
    long tape = 2 * (157 + 6 * 4 + 6 * 4 + 4 * (5 + 5) + 4 * 6 * 4);
    assertThat(need(run))
        .isEqualTo(
            new MemoryNeed(
                trained + 4 * (6 * tables + 2 * scores + 3 * 150 + tape),
                trained + 4 * (4 * tables + 4 * scores)));
  }

  @Test
  void pairTablesOfAnEmbeddingMlpTakeNoMoreThanItsActivations() {
    RunSpec run = ofPairs(Models.mlp().model());
    long trained = 5 * 4 * (15 + 28 + 25);
    long copied = 2 * 4 * (15 + 28 + 25);
    long activations = 4 * 15 * 2 * (15 + 6 + 12);
    assertThat(StepForm.of(run)).isEqualTo(StepForm.PAIR_TABLES);
    assertThat(need(run)).isEqualTo(new MemoryNeed(trained + copied, trained + activations));
  }

  /**
   * Sequences of 6 in batches of 4, at the longest 9: of squares 8 bytes 9 9 (2 + 3 H), in the heap
   * too; outside it whichever is more.
   */
  @Test
  void sequencesKeepSquaresOfTheLongestLength() {
    Model model = Models.parts().encoding(Encoding.NONE).model();
    long trained = 5 * 4 * (20 + 64 + 49 + 20);
    long activations = 4 * 4 * 6 * (15 + 32 + 4 * 2 * (2 + 6) + 15);
    Tasks.Drawn task = Tasks.sequences(SequenceRule.K_BACK);
    TrainingSpec training = Specs.sequences(4).spec();
    assertThat(need(run(task.task(), model, training)))
        .isEqualTo(
            new MemoryNeed(trained / 5 * 9 + 8 * 9 * 9 * 8 + activations, trained + activations));
    long squares = 8 * 200 * 200 * 8;
    assertThat(need(run(task.lengths(6, 200).task(), model, training)))
        .isEqualTo(new MemoryNeed(trained / 5 * 9 + squares + activations, trained + squares));
  }

  /** Two embeddings, 2 10^5 weights around 10^10 between two hidden layers, and two classes. */
  @Test
  void moreParametersThanAnArrayHoldsAreRefused() {
    Model model =
        Models.mlp().combine(Combine.SUM).widths(1, 100_000).layers(2).bias(false).model();
    RunSpec run = run(Tasks.modular(2).task(), model, Specs.training().spec());
    assertThat(MemoryNeed.excess(run))
        .contains(
            "must be smaller: the network would have 10,000,300,002 parameters, "
                + "and may have 2,147,483,631");
  }

  /** 2^24 sequences of 64: 4 2^24 64 (15 + 32 + 4 2 (2 + 64) + 15) bytes of activations. */
  @Test
  void moreThanATebibyteIsRefused() {
    Model model = Models.parts().encoding(Encoding.NONE).model();
    Task task = Tasks.sequences(SequenceRule.K_BACK).lengths(64, 64).task();
    assertThat(MemoryNeed.excess(run(task, model, Specs.sequences(1 << 24).spec())))
        .contains(
            "must be smaller: the run would take about 2,360 GiB of memory, and may take 1,024");
    assertThat(MemoryNeed.excess(run(task, model, Specs.sequences(1 << 22).spec()))).isEmpty();
  }

  @Test
  void halfOfWhatThereIsIsAllowed() {
    assertThatCode(new MemoryNeed(HEAP / 2, MEMORY / 2)::check).doesNotThrowAnyException();
  }

  @Test
  void moreThanHalfOfTheHeapIsRefused() {
    assertThatThrownBy(new MemoryNeed(HEAP / 2 + 1, 0)::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message(HEAP / 2 + 1, "the Java heap", HEAP));
  }

  @Test
  void moreThanHalfOfTheMachinesMemoryIsRefused() {
    assertThatThrownBy(new MemoryNeed(0, MEMORY / 2 + 1)::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message(MEMORY / 2 + 1, "this machine's memory", MEMORY));
  }

  private static String message(long need, String where, long there) {
    return "the run needs about %,d MB of %s, and no run may take more than half of its %,d MB"
        .formatted(need >> 20, where, there >> 20);
  }
}
