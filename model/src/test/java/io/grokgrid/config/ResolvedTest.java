package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.keys.Key;
import io.grokgrid.net.ModelKind;
import io.grokgrid.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvedTest {
  private final Path folder;

  ResolvedTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private String resolved(String text, String... settings) throws IOException {
    Path file = folder.resolve("study.conf");
    Files.writeString(file, text);
    return SpecReader.resolved(file, List.of(settings)).replace(folder + "/", "");
  }

  @Test
  void saysWhereEveryValueWasWritten() throws IOException {
    int applying =
        (int)
            Key.ALL.stream()
                .filter(key -> key.appliesTo(TaskKind.MODULAR, ModelKind.TRANSFORMER))
                .count();
    String text =
        resolved(
            "run.task.p = 59\n\ngrid.training.seed = { from = 0, until = 5 }", "training.steps=7");
    assertThat(text.replaceAll(" +# ", " # ").lines())
        .hasSize(Key.SWEEP.size() + Key.LLC.size() + applying + 1)
        .noneMatch(line -> line.startsWith("run.task.rule"))
        .contains(
            "sweep.name = study # default",
            "run.task.p = 59 # study.conf:1",
            "run.model.d_head = auto # default",
            "run.training.steps = 7 # --set training.steps=7",
            "grid.training.seed = {\"from\":0,\"until\":5} # study.conf:3");
  }

  @Test
  void readsAsTheSameStudy() throws IOException {
    String union =
        """
        include "presets/clock"
        sweep { name = "a b", max_hours = 1.5 }
        grid = [
          { training.seed = [0, 1], model.attention_rate = { from = 0, to = 1, points = 3 } }
          { model.encoding = [none, rope] }
        ]
        """;
    String text = resolved(union);
    Study first = SpecReader.read(folder.resolve("study.conf"), List.of());
    Path again = folder.resolve("again.conf");
    Files.writeString(again, text);
    assertThat(SpecReader.read(again, List.of())).isEqualTo(first);
  }
}
