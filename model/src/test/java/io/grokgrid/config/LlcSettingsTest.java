package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.hocon.InvalidConfiguration;
import io.grokgrid.llc.LlcSpec;
import io.grokgrid.llc.LlcSpec.Sampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlcSettingsTest {
  private static final String PUBLISHED =
      """
      llc { sampler = sgld, step_size = 1e-4, localization = 100, n_beta = 10, chains = 3
            draws = 2000, burn_in = 0 }
      """;

  private final Path folder;

  LlcSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Study study(String text, String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("x.conf"), text);
    return SpecReader.read(file, List.of(settings));
  }

  @Test
  void thePublishedSettingsCanBeSaid() throws IOException {
    assertThat(study(PUBLISHED).llc())
        .isEqualTo(new LlcSpec(Sampler.SGLD, 1e-4, 100, 10, 3, 2000, 0, 0, 0));
    assertThat(study(PUBLISHED, "llc.seed=7", "llc.n_beta=0").llc())
        .isEqualTo(new LlcSpec(Sampler.SGLD, 1e-4, 100, LlcSpec.BY_EXAMPLES, 3, 2000, 0, 0, 7));
  }

  @Test
  void areNoPartOfARun() throws IOException {
    assertThat(study(PUBLISHED).runs()).isEqualTo(study("").runs());
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    assertThatThrownBy(() -> study("llc {\n draws = 0\n stepsize = 1\n sampler = hmc\n}"))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("x.conf:2 llc.draws: must be from 1 to 10000000, was 0")
        .hasMessageContaining("x.conf:3 llc.stepsize: unknown key; did you mean step_size?")
        .hasMessageContaining("x.conf:4 llc.sampler: must be one of sgld, mala, was hmc");
    assertThatThrownBy(() -> study("llc {\n sampler = mala\n batch_size = 8\n}"))
        .hasMessageContaining("x.conf:3 llc.batch_size: must be 0 for sampler = mala");
  }
}
