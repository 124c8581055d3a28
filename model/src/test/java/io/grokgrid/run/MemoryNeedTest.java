package io.grokgrid.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.keys.RunSpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
  @Test
  void countsTheParametersThatALayoutHas() {
    List<Map<String, Object>> runs = new ArrayList<>();
    for (String norm : List.of("none", "pre", "post")) {
      for (boolean on : new boolean[] {true, false}) {
        runs.add(
            Map.of(
                "model.normalization", norm,
                "model.mlp_bias", on,
                "model.unembed_bias", !on,
                "model.output_projection", on,
                "model.separate_operands", on,
                "model.encoding", on ? "learned" : "alibi",
                "model.layers", 3));
        runs.add(
            Map.of(
                "model.kind",
                "embedding_mlp",
                "model.bias",
                on,
                "model.combine",
                on ? "concat" : "sum",
                "model.separate_operands",
                !on,
                "model.hidden_layers",
                norm.length()));
      }
    }
    runs.add(Map.of("task.kind", "sequence", "training.batch_size", 4, "task.rule", "k_back"));
    assertThat(runs)
        .map(RunSpecs::of)
        .allSatisfy(
            run ->
                assertThat(run.model().parameters(run.signature())).isEqualTo(run.layout().size()))
        .allSatisfy(run -> assertThat(MemoryNeed.excess(run)).isEmpty());
  }
}
