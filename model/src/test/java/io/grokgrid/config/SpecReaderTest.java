package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grokgrid.experiment.Mainline;
import io.grokgrid.hocon.InvalidConfiguration;
import io.grokgrid.keys.Defaults;
import io.grokgrid.keys.Key;
import io.grokgrid.keys.RunId;
import io.grokgrid.net.EmbeddingMlpSpec;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.ModelKind;
import io.grokgrid.run.RunSpec;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.run.SweepSpec.DeviceChoice;
import io.grokgrid.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecReaderTest {
  /** Where keys say something that say nothing beside the defaults of others. */
  private static final Map<String, String> HEARD =
      Map.ofEntries(
          Map.entry("record.analyses", "run.record.measurements_every = 100"),
          Map.entry("task.k", "run.task.rule = k_back"),
          Map.entry("task.split_order", "run.task.operation = divide"),
          Map.entry("training.momentum", "run.training.optimizer = sgd"),
          Map.entry("training.batch_order", "run.training.batch_size = 4"),
          Map.entry("training.dropout_steps", "run.model.dropout = 0.1"),
          Map.entry("training.filter_alpha", "run.training.gradient_filter = ema"),
          Map.entry("training.filter_window", "run.training.gradient_filter = ma"),
          Map.entry("training.filter_gain", "run.training.gradient_filter = ema"),
          Map.entry("training.muon_learning_rate", "run.training.optimizer = muon"),
          Map.entry("training.muon_weight_decay", "run.training.optimizer = muon"),
          Map.entry("training.muon_momentum", "run.training.optimizer = muon"));

  private final Path folder;
  private Path file;

  SpecReaderTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("study.conf");
  }

  private void write(String... lines) throws IOException {
    Files.writeString(file, String.join("\n", lines));
  }

  private Study read(String... settings) {
    return SpecReader.read(file, List.of(settings));
  }

  private RunSpec only(String... settings) {
    Study study = read(settings);
    assertThat(study.runs()).hasSize(1);
    return study.runs().get(0).spec();
  }

  /** Problems without the folder in front. */
  private List<String> problems(String... settings) {
    InvalidConfiguration invalid =
        catchThrowableOfType(InvalidConfiguration.class, () -> read(settings));
    assertThat(invalid).isNotNull();
    return invalid.problems().stream().map(line -> line.replace(folder + "/", "")).toList();
  }

  @Test
  void anEmptyFileIsTheDefaultRun() throws IOException {
    write("");
    Study study = read();
    assertThat(study.runs()).extracting(PlannedRun::id).containsExactly("44136fa355b3678a");
    assertThat(study.axes()).isEmpty();
    assertThat(study.sweep()).isEqualTo(new SweepSpec("study", DeviceChoice.AUTO, 0, 8, 0));
  }

  @Test
  void aGridIsTheProductOfItsAxesTheLastOneFastest() throws IOException {
    write(
        "run.task.p = 59",
        "grid {",
        "  training { weight_decay = [0.3, 1.0],",
        "    seed = { from = 0, until = 3 } }",
        "  model.encoding = none",
        "}");
    Study study = read();
    assertThat(study.runs())
        .map(run -> run.spec().training().weightDecay() + " " + run.spec().training().seed())
        .containsExactly("0.3 0", "0.3 1", "0.3 2", "1.0 0", "1.0 1", "1.0 2");
    assertThat(study.runs())
        .allSatisfy(
            run -> assertThat(Mainline.model(run.spec()).encoding()).isEqualTo(Encoding.NONE))
        .allSatisfy(run -> assertThat(run.id()).isEqualTo(RunId.of(run.spec())));
    assertThat(study.axes().keySet())
        .containsExactly("training.weight_decay", "training.seed", "model.encoding");
    assertThat(study.axes()).containsEntry("training.seed", List.of(0L, 1L, 2L));
  }

  @Test
  void everyKeyCanBeAnAxis() throws IOException {
    for (Key key : Key.ALL) {
      boolean ofMainline = key.appliesTo(TaskKind.MODULAR, ModelKind.TRANSFORMER);
      String kind =
          !key.section().equals("model")
              ? "run { task.kind = sequence, training.batch_size = 4 }"
              : "run.model.kind = embedding_mlp";
      write(
          ofMainline ? "" : kind,
          HEARD.getOrDefault(key.path(), ""),
          "grid." + key.path() + " = [" + Defaults.value(key).unwrapped() + "]");
      assertThat(read().axes()).as(key.path()).containsOnlyKeys(key.path());
    }
  }

  @Test
  void aUnionKeepsEqualRunsOnce() throws IOException {
    write(
        "grid = [",
        "  { training.seed = [0, 1] }",
        "  { training.seed = [1, 1, 2], training.weight_decay = [1] }",
        "]");
    Study study = read();
    assertThat(study.runs()).map(run -> run.spec().training().seed()).containsExactly(0L, 1L, 2L);
    assertThat(study.axes()).containsEntry("training.weight_decay", List.of(1.0));
    assertThat(study.axes()).containsEntry("training.seed", List.of(0L, 1L, 2L));
  }

  @Test
  void autoFollowsTheAxesOfItsRun() throws IOException {
    write(
        "grid { training.seed = [5, 6], model.heads = [1, 4], model.equals_token = [true, false]",
        "  model.d_head = [auto, 8], task.split_seed = auto }");
    assertThat(read().runs())
        .hasSize(16)
        .allSatisfy(
            run -> {
              RunSpec spec = run.spec();
              assertThat(Mainline.task(spec).splitSeed()).isEqualTo(spec.training().seed());
              assertThat(Mainline.model(spec).positions()).isEqualTo(Mainline.model(spec).length());
              assertThat(Mainline.model(spec).dHead()).isIn(8, 128 / Mainline.model(spec).heads());
            });
  }

  @Test
  void numbersHaveOneMeaningHoweverWritten() throws IOException {
    write("run.training { steps = 1e4, weight_decay = \"3\", seed = -7, learning_rate = 1.0e-3 }");
    RunSpec run = only();
    assertThat(run.training().steps()).isEqualTo(10_000);
    assertThat(run.training().weightDecay()).isEqualTo(3);
    assertThat(run.training().seed()).isEqualTo(-7);
    write("run.training { steps = 10000, weight_decay = 3.0, seed = -7 }");
    assertThat(read().runs().get(0).id()).isEqualTo(RunId.of(run));
  }

  @Test
  void substitutionsSeeTheFileTheDefaultsAndTheSettings() throws IOException {
    write(
        "run.model { d_model = 64, d_mlp = ${run.model.d_model} }",
        "run.training.steps = ${run.record.attention_every}",
        "grid.training.warmup_steps = [0, ${run.training.steps}]");
    assertThat(read("model.d_model=32").runs())
        .hasSize(2)
        .allSatisfy(run -> assertThat(Mainline.model(run.spec()).dMlp()).isEqualTo(32))
        .allSatisfy(run -> assertThat(run.spec().training().steps()).isEqualTo(1000));
  }

  @Test
  void aSettingWinsOverTheFileAndTakesTheAxisAway() throws IOException {
    write("run.task.p = 59", "grid { training.seed = [0, 1], task.p = [53, 59] }");
    assertThat(
            read("training.seed=7", "run.task.p = 97", "training.steps=1", "training.steps=2")
                .runs())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.spec().training().seed()).isEqualTo(7);
              assertThat(Mainline.task(run.spec()).p()).isEqualTo(97);
              assertThat(run.spec().training().steps()).isEqualTo(2);
            });
    assertThat(read("training={seed=3}").axes()).containsOnlyKeys("task.p");
    assertThat(read("sweep.device=gpu").sweep().gpus()).isEqualTo(1);
    assertThat(read("sweep.name=other").sweep().name()).isEqualTo("other");
  }

  @Test
  void aGridSettingAppliesToEachMemberOfAUnion() throws IOException {
    write("grid = [{ training.seed = [0, 1] }, { task.p = [53, 59] }]");
    Study study = read("grid.training.seed={from=0, until=4}");
    assertThat(study.axes()).containsEntry("training.seed", List.of(0L, 1L, 2L, 3L));
    assertThat(study.runs()).hasSize(12);
    write("");
    assertThat(read("grid.training.seed=[1,2]").runs()).hasSize(2);
  }

  @Test
  void problemsComeAllAtOnceInTheOrderOfTheFile() throws IOException {
    write(
        "sweep { nme = x }",
        "run {",
        "  model { heads = 3",
        "    weight_decay = 1 }",
        "  training { weight_deacy = 1",
        "    steps = many",
        "    learning_rate = -1",
        "    seed = 99999999999999999999",
        "    optimizer = lion }",
        "  traning { steps = 3 }",
        "  task.p = 3.5",
        "}",
        "p = 3",
        "grid {",
        "  training { warmup_steps = []",
        "    beta1 = [0.9,",
        "      1.5] }",
        "  model.encoding = [none, lerned]",
        "}");
    assertThat(problems("training.beta2=x"))
        .containsExactly(
            "study.conf:1 sweep.nme: unknown key; did you mean name?",
            "study.conf:3 run.model.heads: must divide d_model 128, was 3",
            "study.conf:4 run.model.weight_decay: unknown key; did you mean"
                + " run.training.weight_decay?",
            "study.conf:5 run.training.weight_deacy: unknown key; did you mean weight_decay?",
            "study.conf:6 run.training.steps: must be a whole number, was many",
            "study.conf:7 run.training.learning_rate: must be a finite positive number, was -1",
            "study.conf:8 run.training.seed: must be a whole number from -9223372036854775808 to"
                + " 9223372036854775807, was 99999999999999999999",
            "study.conf:9 run.training.optimizer: must be one of adamw, adam, sgd, muon, was lion",
            "study.conf:10 run.traning: unknown key; did you mean training?",
            "study.conf:11 run.task.p: must be a whole number, was 3.5",
            "study.conf:13 p: unknown key; did you mean run.task.p?",
            "study.conf:15 grid.training.warmup_steps: must have at least one value, was []",
            "study.conf:17 grid.training.beta1: must be at least 0 and below 1, was 1.5",
            "study.conf:18 grid.model.encoding: must be one of none, learned, sinusoidal, rope,"
                + " alibi, rope_mixed, was lerned; did you mean learned?",
            "--set training.beta2=x run.training.beta2: must be a number, was x");
  }

  @Test
  void aGridDoesNotRepeatAProblemForEveryRun() throws IOException {
    write("run.model.heads = 3", "grid.training.seed = { from = 0, until = 1000 }");
    assertThat(problems())
        .containsExactly("study.conf:1 run.model.heads: must divide d_model 128, was 3");
  }

  @Test
  void atMostFiftyProblemsAreShown() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 70; i++) {
      text.append("zzz").append(i).append(" = 1\n");
    }
    write(text.toString());
    assertThat(problems()).hasSize(51).last().isEqualTo("... and 20 more");
  }

  @Test
  void aKeyThatSaysNothingAboutAnyRunIsRefused() throws IOException {
    write(
        "run.model { kind = embedding_mlp, heads = 4 }",
        "run.task.k = 5",
        "grid.model.encoding = [none, rope]");
    assertThat(problems())
        .containsExactly(
            "study.conf:1 run.model.heads: says nothing about runs of task.kind = modular and"
                + " model.kind = embedding_mlp, remove it, was 4",
            "study.conf:2 run.task.k: says nothing about runs of task.kind = modular, remove it,"
                + " was 5",
            "study.conf:3 grid.model.encoding: says nothing about runs of task.kind = modular and"
                + " model.kind = embedding_mlp, remove it, was none");
  }

  @Test
  void aKeyThatSaysNothingIsRefusedBesideOtherProblems() throws IOException {
    write("run.task { kind = sequence, rule = k_bck, p = 59 }", "run.training.batch_size = 4");
    assertThat(problems())
        .containsExactly(
            "study.conf:1 run.task.rule: must be one of modular_sum, k_back, shift_invariant,"
                + " long_range_match, was k_bck; did you mean k_back?",
            "study.conf:1 run.task.p: says nothing about runs of task.kind = sequence, remove it,"
                + " was 59");
    write("run.task { kind = seqence, rule = k_back }");
    assertThat(problems()).hasSize(1);
  }

  @Test
  void aPresetMayHaveKeysThatAnotherKindLacks() throws IOException {
    write("include \"presets/nanda\"", "run.model.kind = embedding_mlp");
    assertThat(only().model()).isInstanceOf(EmbeddingMlpSpec.class);
  }

  @Test
  void aUnionMayHaveRunsOfSeveralKinds() throws IOException {
    write(
        "run { task.p = 7, training.batch_size = 8 }",
        "grid = [ { task.operation = [add, subtract] }",
        "  { task { kind = [permutation], operation = [compose, conjugate, sandwich] } }",
        "  { task { kind = sequence, rule = [k_back, shift_invariant] } }",
        "  { model { kind = embedding_mlp, combine = [concat, sum] } } ]");
    assertThat(read().runs()).hasSize(9);
  }

  @Test
  void kindsHaveOperationsOfTheirOwn() throws IOException {
    write("run.task { kind = permutation, operation = add }");
    assertThat(problems())
        .containsExactly(
            "study.conf:1 run.task.operation: must be set to one of compose, conjugate, sandwich"
                + " for task.kind = permutation, was add");
    write("run.task.operation = compose");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(
            "study.conf:1 run.task.operation: must be set to one of add, subtract, multiply,")
        .endsWith("divide_or_subtract for task.kind = modular, was compose");
  }

  @Test
  void sequencesNeedABatchATransformerAndPositions() throws IOException {
    write("run { task.kind = sequence, model.positions = 64 }");
    assertThat(problems())
        .containsExactly(
            "study.conf:1 run.training.batch_size: must be at least 1 for task.kind = sequence,"
                + " which has no whole training set, was 0, the default, beside task.kind sequence"
                + " (study.conf:1)",
            "study.conf:1 run.model.positions: must be at least the longest input, 256 of length"
                + " and ood_length, was 64");
    write("run { task.kind = sequence, model.kind = embedding_mlp, training.batch_size = 1 }");
    assertThat(problems())
        .containsExactly(
            "study.conf:1 run.task.kind: must not be sequence for model.kind = embedding_mlp, which"
                + " reads two operands, was sequence");
  }

  @Test
  void keysOfLaterVersionsAreUnknown() throws IOException {
    write("run.model.rotary_base = 100", "run.record.spectra_every = 9");
    assertThat(problems())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(": unknown key"));
  }

  @Test
  void aDefaultThatBreaksARuleSaysSo() throws IOException {
    write("run.task { p = 4, operation = divide }", "run.training.batch_size = 20");
    assertThat(problems())
        .contains(
            "study.conf:1 run.task.operation: must not divide where p = 4 is not prime, was"
                + " divide");
    write("run.task.p = 2", "run.task.train_fraction = 0.1");
    assertThat(problems()).singleElement().asString().startsWith("study.conf:2 run.task.train_f");
    write("run.model { heads = 1, d_model = 7, encoding = rope }");
    assertThat(problems())
        .containsExactly(
            "study.conf:1 run.model.d_head: must be even for encoding rope, was 7, from d_model 7"
                + " (study.conf:1) and heads 1 (study.conf:1)");
  }

  @Test
  void whatIsNoObjectOrNoValueIsNamed() throws IOException {
    write("sweep = 3", "run.task = x", "run.training.seed = { a = 1 }", "run.model.layers = [1]");
    assertThat(problems())
        .containsExactly(
            "study.conf:1 sweep: must be an object, was 3",
            "study.conf:2 run.task: must be an object, was x",
            "study.conf:3 run.training.seed: must be a whole number, was an object",
            "study.conf:4 run.model.layers: must be a whole number, was [1]; run describes one run,"
                + " grid.model.layers = [1] varies it");
    write("grid = 3");
    assertThat(problems())
        .containsExactly("study.conf:1 grid: must be an object or a list of objects, was 3");
    write("grid = [{}, 4]");
    assertThat(problems()).containsExactly("study.conf:1 grid: must hold objects, was 4");
    write("grid = []");
    assertThat(problems())
        .containsExactly("study.conf:1 grid: must have at least one member, was []");
  }

  @Test
  void anAbsurdlyLargeGridIsRefusedBeforeItIsExpanded() throws IOException {
    write(
        "grid { training.seed = { from = 0, until = 1000000 }",
        "  task.split_seed = { from = 0, until = 1000000 } }");
    assertThat(problems())
        .containsExactly("study.conf:1 grid: must have at most 1000000 runs, was 1000000000000");
  }

  @Test
  void syntaxErrorsAndUnresolvedSubstitutionsHaveALine() throws IOException {
    write("run {", "  task.p = [1", "  x = 3 }");
    assertThat(problems())
        .singleElement()
        .asString()
        .isEqualTo(
            "study.conf:3: '=' must not stand in a list: is the '[' of task.p in line 2 closed?");
    write("run.task.p = 59", "run.training.seed = ${nope}", "run.training.steps = ${nope2}x");
    assertThat(problems())
        .containsExactly(
            "study.conf:2 run.training.seed: ${nope} could not be resolved",
            "study.conf:3 run.training.steps: ${nope2} could not be resolved");
    write("grid.task.p = ${grid.model.heads}", "grid.model.heads = ${grid.task.p}");
    assertThat(problems()).singleElement().asString().contains("cycle");
  }

  @Test
  void aFileThatIsNotThereIsNamedAsGiven() {
    Path missing = Path.of("conf/does-not-exist.conf");
    InvalidConfiguration invalid =
        catchThrowableOfType(InvalidConfiguration.class, () -> SpecReader.read(missing, List.of()));
    assertThat(invalid.problems())
        .containsExactly(
            "conf/does-not-exist.conf: no such file; looked for " + missing.toAbsolutePath());
    file = folder;
    assertThat(problems()).singleElement().asString().contains("cannot be read");
  }

  @Test
  void settingsThatAreNoneAreNamed() throws IOException {
    write("");
    assertThat(
            problems("steps=5", "x", "training.steps=1, b=2", "training.steps=[", "traning.seed=1"))
        .hasSize(5)
        .contains(
            "--set steps=5 steps: unknown key; did you mean run.training.steps?",
            "--set x: must be path=value",
            "--set training.steps=1, b=2: must be one path=value",
            "--set traning.seed=1 traning: unknown key; did you mean run.training?");
  }

  @Test
  void gpusMustFitTheDevice() throws IOException {
    write("sweep { device = gpu", "gpus = 0 }");
    assertThat(problems())
        .containsExactly("study.conf:2 sweep.gpus: must be at least 1 for device = gpu, was 0");
    assertThat(read("sweep.device=cpu", "sweep.gpus=1").sweep().gpus()).isEqualTo(1);
  }
}
