package io.grokgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grokgrid.battery.Battery;
import io.grokgrid.config.SpecReader;
import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import io.grokgrid.keys.RunId;
import io.grokgrid.net.Layout;
import io.grokgrid.run.RunSpec;
import io.grokgrid.store.Claim;
import io.grokgrid.store.Store;
import io.grokgrid.weights.Safetensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of weights from anywhere. */
class AnalyzeCommandTest {
  private static final String PAIRS =
      """
      run {
        task { p = 7, train_fraction = 0.6 }
        model { d_model = 8, heads = 2, d_mlp = 16 }
        training { }
      }
      """;

  private static final String SEQUENCES =
      """
      run {
        task { kind = sequence, rule = k_back }
        model { d_model = 8, heads = 2, d_mlp = 16 }
        training.batch_size = 4
      }
      """;

  private final Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path conf;
  private Path weights;

  AnalyzeCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void write() throws IOException {
    conf = Files.writeString(folder.resolve("model.conf"), PAIRS);
    weights = weights(conf);
  }

  /** As they are drawn. */
  private Path weights(Path conf) throws IOException {
    RunSpec run = SpecReader.read(conf, List.of()).runs().get(0).spec();
    Layout layout = run.layout();
    byte[] file = Safetensors.write(layout, run.model().init().draw(layout, 1), Map.of());
    return Files.write(folder.resolve(conf.getFileName() + ".safetensors"), file);
  }

  private int analyze(Object... arguments) {
    out.reset();
    err.reset();
    List<String> all = new ArrayList<>(List.of("analyze"));
    List.of(arguments).forEach(argument -> all.add(argument.toString()));
    Console console = new Console(print(out), print(err), false, "grokgrid.log");
    return new Main(console).run(all.toArray(String[]::new));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void assertRefused(String message, Object... arguments) {
    assertThat(analyze(arguments)).as(List.of(arguments).toString()).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).contains(message).doesNotContain("\tat ", "Exception");
    assertThat(out()).isEmpty();
  }

  @Test
  void printsWhatItFindsAndASentence() {
    assertThat(analyze(conf, "--weights", weights)).as(err()).isZero();
    List<String> lines = out().lines().toList();
    assertThat(lines.get(0)).matches("analysis +name +value");
    assertThat(lines).anyMatch(line -> line.matches("loss +all_accuracy +0\\.\\d+"));
    assertThat(lines.get(lines.size() - 1))
        .matches("Not learned: accuracy [0-9.]+ on test examples");
  }

  @Test
  void givesProgramsDataAlone() {
    assertThat(analyze(conf, "--weights", weights, "--format", "json")).as(err()).isZero();
    assertThat(out())
        .startsWith("[\n{\"analysis\":\"")
        .contains("{\"analysis\":\"loss\",\"name\":\"all_loss\",\"value\":")
        .endsWith("}\n]\n");
    assertThat(err()).contains("Not learned: accuracy");
    assertThat(analyze(conf, "--weights", weights, "--format", "csv", "--only", "loss")).isZero();
    assertThat(out().lines())
        .hasSize(7)
        .startsWith("analysis,name,value")
        .allMatch(line -> line.matches("(analysis|loss),[^,]+,[^,]+"));
  }

  @Test
  void saysWhatDoesNotApply() throws IOException {
    Path sequences = Files.writeString(folder.resolve("sequences.conf"), SEQUENCES);
    assertThat(analyze(sequences, "--weights", weights(sequences))).as(err()).isZero();
    assertThat(err().lines()).contains("loss: needs a network over pairs");
    assertThat(out()).startsWith("analysis").doesNotContain("loss");
  }

  @Test
  void saysWhereTheFileIsOfAnotherRun() throws IOException {
    RunSpec run = SpecReader.read(conf, List.of("training.seed=1")).runs().get(0).spec();
    float[] parameters = run.model().init().draw(run.layout(), 1);
    for (String says : List.of(RunId.canonical(run), "{\"p\": [", "[]", "{\"a\":{}}", "")) {
      byte[] file = Safetensors.write(run.layout(), parameters, Map.of("run", says));
      Path other = Files.write(folder.resolve("other.safetensors"), file);
      assertThat(analyze(conf, "--weights", other, "--only", "loss")).as(err()).isZero();
      assertThat(err().contains("is of another run than the configuration's: training.seed 1, not"))
          .as(err())
          .isEqualTo(says.contains("training.seed"));
      assertThat(analyze(conf, "--weights", other, "--only", "loss", "--set", "training.seed=1"))
          .isZero();
      assertThat(err()).doesNotContain("another run");
    }
  }

  @Test
  void refusesACommandLineThatSaysNoWeights() throws IOException {
    assertRefused("needs either --weights FILE or --runs SQL");
    assertRefused("needs either --weights FILE or --runs SQL", conf);
    assertRefused("needs either --weights FILE or --runs SQL", "--weights", weights, "--runs", "p");
    assertRefused("--weights needs a CONF", "--weights", weights);
    assertRefused("need --runs", conf, "--weights", weights, "--sweep", "x");
    assertRefused(
        "--only must be one of loss", conf, "--weights", weights, "--only", "loss,atention");
    assertRefused("was \"\"", conf, "--weights", weights, "--only", "");
    assertRefused("did you mean loss?", "--runs", "true", "--only", "lss");
    Files.createDirectories(folder.resolve("out/runs"));
    assertRefused("--runs SELEC: ", "--runs", "SELEC", "--out", folder.resolve("out"));
  }

  @Test
  void ofNoStoreIsNothing() {
    Path none = folder.resolve("none");
    assertThat(analyze("--runs", "true", "--out", none, "--format", "csv")).as(err()).isZero();
    assertThat(err()).isEqualTo("grokgrid: the store " + none + " holds no runs yet\n");
    assertThat(out().lines())
        .containsExactly("runs,checkpoints,done_before,analysed,failed,seconds", "0,0,0,0,0,0.0");
    assertThat(none).doesNotExist();
  }

  @Test
  void waitsForNobodyWhoHoldsTheStore() throws Exception {
    Store held = new Store(folder.resolve("held").toString());
    Files.createDirectories(folder.resolve("held/runs"));
    try (Claim unused = Claim.take(held, new Configuration(), "sweep kept", () -> {}, () -> {})) {
      assertThat(analyze("--runs", "true", "--out", held.root())).isEqualTo(ExitCode.BROKEN);
    }
    assertThat(err()).contains("held is held by sweep kept").contains("--wait");
    assertThat(out()).isEmpty();
  }

  @Test
  void helpNamesTheAnalyses() {
    assertThat(analyze("--help")).isZero();
    assertThat(out().replaceAll("\\s+", " "))
        .contains("of " + String.join(", ", Battery.names()) + ".")
        .contains("grokgrid analyze --runs true");
  }

  @Test
  void refusesWeightsOfAnotherNetwork() throws IOException {
    String p = "--set=run.task.p=11";
    assertRefused(
        "embed.W_E must be float32 of shape (12, 8), was (8, 8)", conf, "--weights", weights, p);
    assertRefused(
        "blocks.1.attn.W_Q must be float32",
        conf,
        "--weights",
        weights,
        "--set=run.model.layers=2");
    assertRefused("was 2 runs", conf, "--weights", weights, "--set=grid.training.seed=[0,1]");
    assertRefused("unknown key", conf, "--weights", weights, "--set=run.task.q=7");
    assertRefused("none.conf: no such file", folder.resolve("none.conf"), "--weights", weights);
  }

  @Test
  void refusesAFileThatHoldsNoWeights() throws IOException {
    assertRefused("was no such file", conf, "--weights", folder.resolve("none"));
    assertRefused("was a folder", conf, "--weights", folder);
    Path sparse = folder.resolve("sparse.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertRefused("of at most 67108864 bytes", conf, "--weights", sparse);
    Path damaged = folder.resolve("damaged.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(damaged, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertRefused("damaged.safetensors", conf, "--weights", damaged);
    Files.write(damaged, new byte[0]);
    assertRefused("must have 8 bytes or more, was 0", conf, "--weights", damaged);
    for (int i = whole.length - 4; i < whole.length; i++) {
      whole[i] = (byte) 0xff; // NaN
    }
    Files.write(damaged, whole);
    assertRefused("must be finite in float32, was NaN", conf, "--weights", damaged);
  }

  /** Other people's models, described as they are published. */
  @Test
  void takesThePeersConfigurationsAsTheyAre() {
    Path peers = Path.of("../../shared/peers").toAbsolutePath();
    assumeTrue(Files.exists(peers), "the peers are not here");
    for (String name : List.of("linear_beta", "clock_pizza_model_a")) {
      Path file = peers.resolve(name + ".safetensors");
      assertThat(analyze(peers.resolve(name + ".conf"), "--weights", file, "--only", "loss"))
          .as(err())
          .isZero();
      assertThat(out())
          .containsPattern("loss +all_accuracy +1\n")
          .contains("\nLearned: accuracy 1");
    }
  }
}
