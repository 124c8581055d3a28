package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.grokgrid.experiment.Mainline;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunSpecs;
import io.grokgrid.run.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReferenceConfTest {
  @Test
  void namesTheSameKeysAsTheRecords() {
    Stream<String> run = Key.ALL.stream().map(key -> "run." + key.path());
    Stream<String> beside = Stream.concat(Key.SWEEP.stream(), Key.LLC.stream()).map(Key::path);
    List<String> keys = Stream.concat(run, beside).toList();
    assertThat(Defaults.CONFIG.entrySet().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void saysSomethingAboutEveryKey() {
    Config defaults = Defaults.CONFIG;
    assertThat(defaults.entrySet())
        .allSatisfy(entry -> assertThat(entry.getValue().origin().comments()).isNotEmpty());
  }

  @Test
  void defaultsAreARunThatNothingRefuses() {
    RunSpec run = RunSpecs.of(Map.of());
    assertThat(Mainline.task(run).p()).isEqualTo(113);
    assertThat(Mainline.task(run).splitSeed()).isEqualTo(run.training().seed());
    assertThat(Mainline.model(run).dHead()).isEqualTo(32);
    assertThat(Mainline.model(run).positions()).isEqualTo(3);
    assertThat(run.training().weightDecay()).isEqualTo(1);
    assertThat(run.training().beta2()).isEqualTo(0.98);
  }
}
