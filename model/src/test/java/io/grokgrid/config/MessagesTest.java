package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grokgrid.hocon.InvalidConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration's reader is told, where the fault is not where the text breaks. */
class MessagesTest {
  private final Path folder;

  MessagesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Problems of the file x.conf, without the folder in front. */
  private List<String> problems(String text, String... settings) throws IOException {
    return problems(text.getBytes(StandardCharsets.UTF_8), settings);
  }

  private List<String> problems(byte[] text, String... settings) throws IOException {
    return problems(Files.write(folder.resolve("x.conf"), text), settings);
  }

  private List<String> problems(Path file, String... settings) {
    InvalidConfiguration invalid =
        catchThrowableOfType(
            InvalidConfiguration.class, () -> SpecReader.read(file, List.of(settings)));
    assertThat(invalid).isNotNull();
    return invalid.problems().stream().map(line -> line.replace(folder + "/", "")).toList();
  }

  @Test
  void aSettingThatNothingResolvesChangesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("x.conf"), "grid.training.seed = [0, 1]");
    for (String setting :
        List.of(
            "training.seed=${?NOPE}",
            "run.training={seed=${?NOPE}}",
            "grid.training.seed=${?NOPE}",
            "grid=${?NOPE}")) {
      Study study = SpecReader.read(file, List.of(setting));
      assertThat(study).as(setting).isEqualTo(SpecReader.read(file, List.of()));
    }
  }

  @Test
  void settingsAreToldWhatWouldBeRight() throws IOException {
    assertThat(problems("", "grid.training.seed=0,1,2"))
        .containsExactly(
            "--set grid.training.seed=0,1,2: must be one path=value; a list is written"
                + " grid.training.seed=[0,1,2]");
    assertThat(problems("", "training.seed=0,1"))
        .first()
        .asString()
        .endsWith("grid.training.seed=[0,1]");
    assertThat(problems("", "grid.training.seed += 9"))
        .containsExactly(
            "--set grid.training.seed += 9: must be path=value, not +=: write the whole list, as in"
                + " grid.training.seed=[0,1,2]");
    assertThat(problems("", "run={include \"x\"}"))
        .containsExactly("--set run={include \"x\"}: a setting must not include a file");
    assertThat(problems("", "training.steps="))
        .containsExactly("--set training.steps=: training.steps has no value");
  }

  @Test
  void severalValuesInRunAndOddOnesInGridAreToldWhereTheyBelong() throws IOException {
    assertThat(problems("run.training.seed = [0, 1]", "run.task.p=[7]"))
        .containsExactlyInAnyOrder(
            "x.conf:1 run.training.seed: must be a whole number, was [0, 1]; run describes one run,"
                + " grid.training.seed = [0, 1] varies it",
            "--set run.task.p=[7] run.task.p: must be a whole number, was [7]; run describes one"
                + " run, grid.task.p = [7] varies it");
    for (String odd : List.of("0..4", "None", "range(5)", "[0-4]")) {
      assertThat(problems("grid.training.seed = " + odd))
          .singleElement()
          .asString()
          .contains("a key of grid takes a value, a list [0, 1, 2], a range {from = 0, until = 3}");
    }
    assertThat(problems("grid.training.seed = {from = 5, until = 0}"))
        .containsExactly(
            "x.conf:1 grid.training.seed: must end above where it begins, or have a step below 0,"
                + " was {from 5, until 0}");
  }

  @Test
  void bracketsAndQuotesAreNamedWhereTheyWereOpened() throws IOException {
    Map<String, String> problems =
        Map.of(
            "run {\n task { p = 59\n }", "x.conf:1: the '{' of run in line 1 is never closed",
            "run.task.p = 59 }", "x.conf:1: there is no '{' that this '}' could close",
            "\ngrid.task.p = [59}",
                "x.conf:2: the '[' of grid.task.p in line 2 must be closed before this '}'",
            "sweep.name = \"x\nrun.task.p = 59", "x.conf:1: the quote is not closed on its line",
            "sweep.name = \"\"\"x\ny", "x.conf:1: the triple quote is never closed",
            "run.task.p =\nrun.task.split = java", "x.conf:1: run.task.p has no value",
            "run.task.p = 59; x = 3",
                "x.conf:1: a second '=' after that of run.task.p; give each key a line",
            "grid.task.p = [59] x",
                "x.conf:1: a list or an object must not be followed by other text in one value",
            "grid.task.p = 53, 59",
                "x.conf:1: 59 has no value; a list is written in brackets, [0, 1, 2]",
            "[1]", "x.conf:1: must hold keys, not a list");
    for (Map.Entry<String, String> each : problems.entrySet()) {
      assertThat(problems(each.getKey())).containsExactly(each.getValue());
    }
  }

  @Test
  void otherProgramsNamesOfKeysAreKnown() throws IOException {
    Map<String, String> meant =
        Map.ofEntries(
            Map.entry("training.lr", "learning_rate"),
            Map.entry("training.learningRate", "learning_rate"),
            Map.entry("training.WD", "weight_decay"),
            Map.entry("training.betas", "beta1 and beta2"),
            Map.entry("training.num_epochs", "steps (counted in updates)"),
            Map.entry("training.num_heads", "run.model.heads"),
            Map.entry("task.modulo", "p"),
            Map.entry("task.op", "operation"),
            Map.entry("task.frac_train", "train_fraction"),
            Map.entry("model.n_layers", "layers"),
            Map.entry("model.d_ff", "d_mlp"),
            Map.entry("eps", "run.training.epsilon"));
    for (Map.Entry<String, String> each : meant.entrySet()) {
      assertThat(problems("run." + each.getKey() + " = 1"))
          .singleElement()
          .asString()
          .endsWith("unknown key; did you mean " + each.getValue() + "?");
    }
  }

  @Test
  void namesAreThoseOfTheChosenKinds() throws IOException {
    String sequence = "run { task.kind = sequence, training.batch_size = 4, task.mod = 7 }";
    assertThat(problems(sequence)).first().asString().endsWith("did you mean modulus?");
    assertThat(
            problems("grid.task.kind = [permutation]\nrun.task { operation = compose, mod = 7 }"))
        .first()
        .asString()
        .endsWith(
            "there are kind, operation, train_fraction, split, split_seed, split_unit, label_noise");
    assertThat(problems("run.model { kind = embedding_mlp, depth = 2 }"))
        .first()
        .asString()
        .endsWith("did you mean hidden_layers?");
    assertThat(problems("run.task.operation = power"))
        .first()
        .asString()
        .contains("must be one of add,")
        .doesNotContain("compose");
  }

  @Test
  void aSectionsKeysAreListedOnce() throws IOException {
    assertThat(problems("run.task.qqq = 1\nrun.task.www = 2\nsweep.qqq = 1"))
        .containsExactly(
            "x.conf:1 run.task.qqq: unknown key; there are kind, operation, p, train_fraction,"
                + " split, split_seed, split_unit, split_order, label_noise",
            "x.conf:2 run.task.www: unknown key",
            "x.conf:3 sweep.qqq: unknown key; there are name, device, gpus, runs_at_once, max_hours");
  }

  @Test
  void aDerivedValueIsReportedWithTheKeysItComesFrom() throws IOException {
    assertThat(problems("run.model {\n encoding = rope\n d_model = 15\n heads = 3\n}"))
        .containsExactly(
            "x.conf:3 run.model.d_head: must be even for encoding rope, was 5, from d_model 15"
                + " (x.conf:3) and heads 3 (x.conf:4)");
    assertThat(
            problems(
                """
                run.training.batch_size = 4
                run.task {
                kind = sequence
                rule = k_back
                k = 200 }"""))
        .containsExactly(
            "x.conf:4 run.task.length: must be from 201 to 4096, was 64, the default, beside rule"
                + " k_back (x.conf:4) and k 200 (x.conf:5)",
            "x.conf:4 run.task.ood_length: must be from 201 to 4096, was 128, from rule k_back"
                + " (x.conf:4) and k 200 (x.conf:5)");
    assertThat(problems("run.model.d_model = 15"))
        .containsExactly(
            "x.conf:1 run.model.heads: must divide d_model 15, was 4, the default, beside d_model"
                + " 15 (x.conf:1)");
    assertThat(problems("include \"presets/nanda\"\nrun.model { encoding = rope, heads = 128 }"))
        .first()
        .asString()
        .startsWith(
            "x.conf:2 run.model.d_head: must be even for encoding rope, was 1, from d_model");
  }

  @Test
  void whatNoMachineCanTrainIsRefused() throws IOException {
    assertThat(problems("run.model.d_mlp = 2147483647"))
        .containsExactly(
            "x.conf:1 run.model.d_mlp: must be smaller: the network would have 551,903,392,383"
                + " parameters, and may have 2,147,483,631, was 2147483647");
    for (String size :
        List.of(
            "run.model { d_model = 2147483647, heads = 1 }",
            "run.model { kind = embedding_mlp, d_model = 2147483647 }",
            "run.model { kind = embedding_mlp, hidden = 40000, hidden_layers = 64 }",
            "run { task { kind = sequence, modulus = 2147483647 }, training.batch_size = 4 }",
            "run { task { kind = sequence, vocabulary = 1000000 }, record.evaluation_batches = 1,"
                + " training.batch_size = 16777216 }")) {
      assertThat(problems(size)).singleElement().asString().contains("must be smaller: the ");
    }
  }

  @Test
  void longAndInvisibleTextIsCutAndEscaped() throws IOException {
    assertThat(problems("run.task.p = " + "9".repeat(200)))
        .singleElement()
        .asString()
        .endsWith(", was " + "9".repeat(80) + ".. (200 characters)");
    assertThat(problems("run.task.p = \"\\u001b[31m\\n\"\n\"\\u202e\" = 1"))
        .containsExactly(
            "x.conf:1 run.task.p: must be a whole number, was \\u001b[31m\\n",
            "x.conf:2 \\u202e: unknown key; there are sweep, run, grid, llc");
    assertThat(problems(folder.resolve("a\u001b[31m\n.conf")))
        .singleElement()
        .asString()
        .startsWith("a\\u001b[31m\\n.conf: no such file");
    assertThat(problems("", "training.steps=\u001bx"))
        .first()
        .asString()
        .startsWith("--set training.steps=\\u001bx run.training.steps: ");
  }

  @Test
  void whatIsNoTextInUtf8IsNamedWithItsLine() throws IOException {
    assertThat(problems("run.task.p = 59\n# caf\u00e9".getBytes(StandardCharsets.ISO_8859_1)))
        .containsExactly(
            "x.conf:2: must be text in UTF-8, has the byte 0xe9 where no character begins or goes"
                + " on so");
    assertThat(problems("x".getBytes(StandardCharsets.UTF_16)))
        .containsExactly("x.conf:1: must be text in UTF-8, is UTF-16");
    Files.write(folder.resolve("y.conf"), new byte[] {'a', '\n', 0});
    assertThat(problems("include \"y\""))
        .containsExactly("y.conf:2: must be text in UTF-8, has a NUL byte");
    assertThat(problems(Path.of("/dev/zero")))
        .containsExactly("/dev/zero: cannot be read: it is no regular file");
    assertThat(problems(folder)).singleElement().asString().endsWith("it is a directory");
    Path marked = Files.writeString(folder.resolve("x.conf"), "\ufeffrun.task.p = 59");
    assertThat(SpecReader.read(marked, List.of()).runs()).hasSize(1);
  }

  @Test
  void aSubstitutedValueStandsWhereItsSubstitutionDoes() throws IOException {
    assertThat(problems("run.training.seed = 1\nrun.task.p = ${run.task.p}1"))
        .containsExactly("x.conf:2 run.task.p: must be from 2 to 1000, was 1131");
    assertThat(problems("\nrun.task.p += 7"))
        .containsExactly(
            "x.conf: values that are joined, by += or side by side, must be of one kind: a list can"
                + " only be joined to a list");
  }

  @Test
  void aKeyOfAnotherKindIsNamedAsThisOneCallsIt() throws IOException {
    assertThat(problems("run.task.modulus = 7"))
        .containsExactly(
            "x.conf:1 run.task.modulus: says nothing about runs of task.kind = modular, remove it,"
                + " was 7; did you mean p?");
    assertThat(problems("run.task.operation = compos"))
        .singleElement()
        .asString()
        .endsWith("was compos");
  }

  @Test
  void anIdleAxisIsRefusedBeforeAMillionRunsAreMade() throws IOException {
    assertThat(
            problems("grid.training { seed = {from = 0, until = 1000000}, muon_momentum = [0.5] }"))
        .containsExactly(
            "x.conf:1 grid.training.muon_momentum: says nothing about runs of optimizer = adamw,"
                + " remove it, was 0.5");
  }

  @Test
  void oldLineEndsAreRefused() throws IOException {
    assertThat(problems("# a comment\rrun.task.p = 59\r"))
        .containsExactly("x.conf:1: must have line ends LF or CR LF, has a CR alone");
  }
}
