package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Device;
import io.grokgrid.experiment.Experiment;
import io.grokgrid.experiment.RunResult;
import io.grokgrid.hocon.InvalidConfiguration;
import io.grokgrid.keys.Idle;
import io.grokgrid.keys.Key;
import io.grokgrid.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TwinsTest {
  /** So small that training takes milliseconds; everything that can be recorded is. */
  private static final String TINY =
      """
      run {
        task { p = 5, train_fraction = 0.5, vocabulary = 8, length = 6, ood_length = 8 }
        model { d_model = 8, heads = 2, d_mlp = 8 }
        training { steps = 12, warmup_steps = 0 }
        record { metrics_every = 3, attention_every = 3, measurements_every = 3, checkpoints = 4,
          evaluation_batches = 2 }
      }
      """;

  private static final String SEQUENCE = "run { task.kind = sequence, training.batch_size = 4 }\n";

  private final Path folder;

  TwinsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /**
   * A key with two values.
   *
   * @param silent settings where it says nothing, as {@link Idle} has it
   * @param heard settings where it says something
   */
  private record Silenced(String key, List<String> values, String silent, String heard) {
    @Override
    public String toString() {
      return key + " beside " + silent;
    }
  }

  static List<Silenced> cases() {
    List<Silenced> cases = new ArrayList<>();
    for (String rule : List.of("modular_sum", "shift_invariant", "long_range_match")) {
      String silent = SEQUENCE + "run.task.rule = " + rule;
      cases.add(
          new Silenced("task.k", List.of("1", "2"), silent, SEQUENCE + "run.task.rule = k_back"));
    }
    for (String rule : List.of("k_back", "shift_invariant", "long_range_match")) {
      String silent = SEQUENCE + "run.task.rule = " + rule;
      cases.add(
          new Silenced(
              "task.modulus", List.of("3", "5"), silent, SEQUENCE + "run.task.rule = modular_sum"));
    }
    cases.add(
        new Silenced(
            "model.outputs",
            List.of("residues", "tokens"),
            "run.model { equals_token = false, separate_operands = false }",
            "run.model { equals_token = false, separate_operands = true }"));
    cases.add(
        new Silenced(
            "model.outputs",
            List.of("residues", "tokens"),
            "run.model { equals_token = false, layers = 2 }",
            "run.model { equals_token = true, layers = 2 }"));
    for (String encoding : List.of("none", "sinusoidal", "rope", "alibi", "rope_mixed")) {
      String silent = "run.model.encoding = " + encoding;
      cases.add(
          new Silenced(
              "model.positions", List.of("8", "9"), silent, "run.model.encoding = learned"));
      cases.add(new Silenced("model.positions", List.of("8", "9"), SEQUENCE + silent, SEQUENCE));
    }
    String dropoutOff = "\nrun.training.dropout_steps = 0";
    String heard = "run.training.dropout_steps = 2";
    cases.add(
        new Silenced(
            "model.dropout", List.of("0", "0.5"), SEQUENCE + dropoutOff, SEQUENCE + heard));
    for (String form : List.of("layers = 2", "normalization = pre", "normalization = post")) {
      String silent = "run.model { " + form + " }" + dropoutOff;
      cases.add(new Silenced("model.dropout", List.of("0", "0.5"), silent, heard));
    }
    for (String key : List.of("beta1", "beta2", "epsilon")) {
      String silent = "run.training.optimizer = sgd";
      cases.add(
          new Silenced(
              "training." + key, List.of("0.5", "0.7"), silent, "run.training.optimizer = muon"));
    }
    for (String optimizer : List.of("adamw", "adam", "muon")) {
      String silent = "run.training.optimizer = " + optimizer;
      cases.add(
          new Silenced(
              "training.momentum", List.of("0", "0.9"), silent, "run.training.optimizer = sgd"));
    }
    for (String optimizer : List.of("adamw", "adam", "sgd")) {
      for (String key : List.of("muon_learning_rate", "muon_weight_decay", "muon_momentum")) {
        String silent = "run.training.optimizer = " + optimizer;
        cases.add(
            new Silenced(
                "training." + key, List.of("0.2", "0.3"), silent, "run.training.optimizer = muon"));
      }
    }
    for (String form : List.of("", "run.model.layers = 2\n", "run.model.kind = embedding_mlp\n")) {
      String silent = form + "run.training.batch_size = 0";
      List<String> orders = List.of("shuffled", "with_replacement");
      heard = form + "run.training.batch_size = 6";
      cases.add(new Silenced("training.batch_order", orders, silent, heard));
      silent = form + "run.training { loss = stablemax, learning_rate = 0.3 }";
      heard = form + "run.training { loss = cross_entropy, learning_rate = 0.3 }";
      cases.add(
          new Silenced("training.loss_precision", List.of("float32", "float64"), silent, heard));
    }
    for (String form : List.of("", SEQUENCE, "run.model.kind = embedding_mlp\n")) {
      addGradientKeys(cases, form);
    }
    addDecay(cases);
    cases.add(
        new Silenced(
            "task.split_order",
            List.of("operands", "quotients"),
            "run.task.operation = divide_or_subtract",
            "run.task.operation = divide"));
    for (String key : List.of("combine", "separate_operands", "d_model")) {
      List<String> values =
          switch (key) {
            case "combine" -> List.of("concat", "sum");
            case "d_model" -> List.of("8", "6");
            default -> List.of("true", "false");
          };
      for (String more : List.of("", "model { init = paper, hidden_layers = 2 }")) {
        heard = "run { model.kind = embedding_mlp, " + more + " }";
        cases.add(
            new Silenced("model." + key, values, heard + "\nrun.model.one_hot = true", heard));
      }
    }
    for (String task : List.of("", SEQUENCE)) {
      String silent = task + "run.model.dropout = 0";
      cases.add(
          new Silenced(
              "training.dropout_steps",
              List.of("0", "3", "-1"),
              silent,
              task + "run.model.dropout = 0.5"));
    }
    cases.add(
        new Silenced(
            "record.analyses",
            List.of("loss", "weights"),
            "run.record.measurements_every = 0",
            "run.record.measurements_every = 6"));
    return cases;
  }

  private static void addGradientKeys(List<Silenced> cases, String form) {
    String filter = form + "run.training.gradient_filter = ";
    for (String other : List.of("none", "ma")) {
      cases.add(
          new Silenced(
              "training.filter_alpha", List.of("0.5", "0.9"), filter + other, filter + "ema"));
    }
    for (String other : List.of("none", "ema")) {
      cases.add(
          new Silenced("training.filter_window", List.of("3", "4"), filter + other, filter + "ma"));
    }
    cases.add(
        new Silenced("training.filter_gain", List.of("1", "2"), filter + "none", filter + "ema"));
    String warmup = form + "run.training.warmup_steps = ";
    cases.add(
        new Silenced(
            "training.warmup", List.of("from_zero", "from_first"), warmup + "0", warmup + "3"));
    List<String> precisions = List.of("float32", "float64");
    String loss = form + "run.training { learning_rate = 0.3, loss = ";
    cases.add(
        new Silenced(
            "training.loss_precision",
            precisions,
            loss + "mean_squared_error }",
            loss + "cross_entropy }"));
  }

  private static void addDecay(List<Silenced> cases) {
    List<String> decays = List.of("all", "matrices");
    for (String optimizer : List.of("adamw", "adam", "sgd", "muon")) {
      String form = "run.training { optimizer = " + optimizer + ", weight_decay = ";
      cases.add(new Silenced("training.decay", decays, form + "0 }", form + "1 }"));
    }
    String bare = "run.model { mlp_bias = false, layers = 2, unembed_bias = ";
    cases.add(new Silenced("training.decay", decays, bare + "false }", bare + "true }"));
    String mlp = "run.model { kind = embedding_mlp, init = torch, bias = ";
    cases.add(new Silenced("training.decay", decays, mlp + "false }", mlp + "true }"));
  }

  @Test
  void everyRuleIsTried() {
    assertThat(cases())
        .extracting(Silenced::key)
        .containsAll(Idle.keys().stream().map(Key::path).toList());
  }

  /** Bit for bit, in all that is recorded and all weights that are kept. */
  @ParameterizedTest
  @MethodSource("cases")
  void aKeyThatSaysNothingChangesNothing(Silenced of) throws IOException {
    Set<List<Object>> silent = new HashSet<>();
    Set<List<Object>> heard = new HashSet<>();
    for (String value : of.values()) {
      String setting = of.key() + "=" + value;
      silent.add(result(of.silent(), setting));
      heard.add(result(of.heard(), setting));
    }
    assertThat(silent).hasSize(1);
    assertThat(heard).hasSizeGreaterThan(1);
  }

  private List<Object> result(String text, String setting) throws IOException {
    Files.writeString(folder.resolve("tiny.conf"), TINY);
    PlannedRun run = read("include \"tiny.conf\"\n" + text, setting).runs().get(0);
    List<Object> found = new ArrayList<>();
    RunResult result =
        new Experiment(run, Device.cpu(), 1, null)
            .run(
                state -> true,
                (step, file) -> {
                  found.add(step);
                  for (float weight : Safetensors.read(file, "kept", run.spec().layout())) {
                    found.add(weight);
                  }
                })
            .orElseThrow();
    assertThat(result.error()).isNull();
    assertThat(result.metrics()).hasSize(5);
    found.addAll(result.metrics());
    found.addAll(result.attention());
    found.addAll(result.measurements());
    found.add(result.outcome());
    found.add(result.lastStep());
    found.add(result.parameters());
    return found;
  }

  private Study read(String text, String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("study.conf"), text);
    return SpecReader.read(file, List.of(settings));
  }

  private List<String> notes(String text, String... settings) throws IOException {
    return read(text, settings).notes().stream()
        .map(note -> note.replace(folder + "/", ""))
        .toList();
  }

  private List<String> problems(String text) {
    InvalidConfiguration invalid =
        catchThrowableOfType(InvalidConfiguration.class, () -> read(text));
    assertThat(invalid).isNotNull();
    return invalid.problems().stream().map(line -> line.replace(folder + "/", "")).toList();
  }

  @Test
  void twinsAreOneRun() throws IOException {
    Study study =
        read(
            """
            grid.training {
              optimizer = [adamw, muon]
              muon_learning_rate = [0.01, 0.03, 0.1]
            }
            """);
    assertThat(study.runs()).hasSize(4);
    assertThat(study.runs()).map(run -> run.twins().size()).containsExactly(2, 0, 0, 0);
    assertThat(study.notes())
        .contains("muon_learning_rate moves nothing for optimizer = adamw: 1 run stands for 3");
    assertThat(study.axes()).containsEntry("training.muon_learning_rate", List.of(0.01, 0.03, 0.1));
  }

  /** So that other sweeps and this one find each other's run. */
  @Test
  void theMostOrdinaryTwinIsTrained() throws IOException {
    Study study =
        read("grid.training { optimizer = [adamw, muon], muon_learning_rate = [0.01, 0.03, 0.1] }");
    assertThat(study.runs().get(0).id()).isEqualTo("44136fa355b3678a"); // the default run
    assertThat(study.runs().get(0).ids()).hasSize(3).doesNotHaveDuplicates();
    assertThat(study.runs().get(0).ids().get(0)).isEqualTo("44136fa355b3678a");
    Study without =
        read("grid.training { optimizer = [adamw, muon], muon_learning_rate = [2, 1] }");
    assertThat(without.runs().get(0).spec().training().muonLearningRate()).isEqualTo(2);
    assertThat(without.runs().get(0).twins()).hasSize(1);
  }

  @Test
  void everySilentAxisIsNamedOnceWithAllThatSilencesIt() throws IOException {
    Study study =
        read(
            """
            grid.training {
              optimizer = [adamw, adam, sgd, muon]
              momentum = [0, 0.9]
              muon_momentum = [0.9, 0.95]
              muon_weight_decay = [0, 0.1]
              loss = [stablemax, cross_entropy]
              loss_precision = [float32, float64]
            }
            """);
    assertThat(study.runs()).hasSize((1 + 1 + 2 + 4) * (1 + 2));
    assertThat(study.runs().stream().mapToInt(run -> run.ids().size()).sum()).isEqualTo(4 * 32);
    assertThat(study.notes())
        .contains(
            "momentum moves nothing for optimizer = adamw or optimizer = adam or optimizer = muon:"
                + " 18 runs stand for 96",
            "loss_precision moves nothing for loss = stablemax: 8 runs stand for 64",
            "muon_weight_decay, muon_momentum move nothing for optimizer = adamw or optimizer ="
                + " adam or optimizer = sgd: 12 runs stand for 96");
  }

  /** Each silences the other, so that three ways to leave dropout off are one. */
  @Test
  void dropoutThatIsNeverOnIsNoDropout() throws IOException {
    String grid = "\ngrid { model.dropout = [0.1, 0, 0.2], training.dropout_steps = [0, -1, 7] }";
    Study sequences = read(SEQUENCE + grid);
    assertThat(sequences.runs()).hasSize(5); // none, and 0.1 and 0.2 for either time
    assertThat(sequences.runs().get(0).twins()).hasSize(4);
    assertThat(sequences.runs().get(0).id()).isEqualTo(read(SEQUENCE).runs().get(0).id());
    // Of one layer without norms, dropout decides the form of the step, and so how it rounds.
    assertThat(read(grid).runs()).hasSize(7);
  }

  @Test
  void membersOfAUnionMayBeTwins() throws IOException {
    Study study =
        read(
            """
            grid = [
              { training { optimizer = [sgd], beta1 = [0.8] } }
              { training { optimizer = [sgd] } }
              { training { beta1 = [0.8, 0.9] } }
            ]
            """);
    assertThat(study.runs()).hasSize(3);
    assertThat(study.notes())
        .contains("beta1 moves nothing for optimizer = sgd: 1 run stands for 2");
    assertThat(study.runs().get(0).id())
        .isEqualTo(read("run.training.optimizer = sgd").runs().get(0).id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.muon_learning_rate | 0.01, 0.03 | optimizer = adamw | 0.01",
        "training.momentum           | 0          | optimizer = adamw | 0.0",
        "training.batch_order        | shuffled   | batch_size = 0    | shuffled",
        "training.dropout_steps      | -1, 5      | dropout = 0       | -1"
      })
  void anAxisThatMovesNothingForAnyRunIsRefused(
      String key, String values, String beside, String was) {
    assertThat(problems("run.task.p = 7\ngrid.%s = [%s]".formatted(key, values)))
        .containsExactly(
            "study.conf:2 grid.%s: says nothing about runs of %s, remove it, was %s"
                .formatted(key, beside, was));
  }

  @Test
  void anAxisIsRefusedForAllThatSilencesIt() {
    assertThat(
            problems(
                """
                grid = [
                  { training { optimizer = [adamw, adam], momentum = [0.5, 0.9] } }
                  { training { optimizer = [muon], loss = [stablemax], loss_precision = [float32] } }
                  { task { kind = [sequence], rule = [k_back], modulus = [3, 4] }
                    training.batch_size = [4] }
                ]
                """))
        .containsExactly(
            "study.conf:2 grid.training.momentum: says nothing about runs of optimizer = adamw or"
                + " optimizer = adam or optimizer = muon, remove it, was 0.5",
            "study.conf:4 grid.task.modulus: says nothing about runs of task.kind = modular or"
                + " rule = k_back, remove it, was 3");
  }

  @Test
  void aKeyIsNotRefusedForWhatCouldNotBeRead() {
    assertThat(problems("run.training.optimizer = mun\ngrid.training.muon_momentum = [0.9, 0.8]"))
        .singleElement()
        .asString()
        .startsWith("study.conf:1 run.training.optimizer: must be one of");
  }

  /** Files of peers and presets say all their numbers, so that it is no error. */
  @Test
  void aKeyOfRunThatSaysNothingIsNoted() throws IOException {
    assertThat(notes("run.training { momentum = 0.9, beta1 = 0.8,\n  muon_momentum = 0.95 }"))
        .containsExactly(
            "study.conf:1 run.training.momentum = 0.9 says nothing about runs of optimizer = adamw");
    assertThat(notes("include \"presets/sequence\"\nrun.task.rule = modular_sum"))
        .noneMatch(note -> note.contains("says nothing"));
    assertThat(notes("", "task.kind=sequence", "training.batch_size=4", "task.k=5"))
        .contains("--set task.k=5 run.task.k = 5 says nothing about runs of rule = modular_sum");
  }
}
