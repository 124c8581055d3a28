package io.grokgrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grokgrid.experiment.Mainline;
import io.grokgrid.hocon.InvalidConfiguration;
import io.grokgrid.run.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludesTest {
  private final Path folder;

  IncludesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path write(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    return Files.writeString(file, String.join("\n", lines));
  }

  private List<String> problems(Path file) {
    InvalidConfiguration invalid =
        catchThrowableOfType(InvalidConfiguration.class, () -> SpecReader.read(file, List.of()));
    return invalid.problems().stream().map(line -> line.replace(folder + "/", "")).toList();
  }

  private static RunSpec run(Path file) {
    return SpecReader.read(file, List.of()).runs().get(0).spec();
  }

  @Test
  void filesBesideTheIncludingOneComeBeforeTheClassPath() throws IOException {
    Path file = write("a/x.conf", "include \"presets/nanda\"", "include \"../b/y.conf\"");
    write("b/y.conf", "include \"z\"", "run { include file(\"inner.conf\") }");
    write("b/z.conf", "run.task.p = 59");
    write("b/inner.conf", "training.steps = 5");
    assertThat(Mainline.task(run(file)).p()).isEqualTo(59);
    assertThat(run(file).training().steps()).isEqualTo(5);
    assertThat(Mainline.task(run(file)).split()).hasToString("PYTHON");
    write("a/presets/nanda.conf", "run.task.split = torch");
    assertThat(Mainline.task(run(file)).split()).hasToString("TORCH");
  }

  @Test
  void anIncludeThatIsNotFoundIsAnErrorAtItsLine() throws IOException {
    Path file = write("x.conf", "# include \"presets/nada\"", "", "include \"presets/nada\"");
    assertThat(problems(file))
        .containsExactly(
            "x.conf:3: include \"presets/nada\" was not found; looked for presets/nada.conf,"
                + " presets/nada.json, and for presets/nada.conf, presets/nada.json on the class"
                + " path");
    Path nested = write("n.conf", "include \"m\"");
    write("m.conf", "run.task.p = 59", "include classpath(\"none\")", "include file(\"no.conf\")");
    assertThat(problems(nested))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("was not found"))
        .map(line -> line.substring(0, 8))
        .containsExactly("m.conf:2", "m.conf:3");
  }

  @Test
  void anIncludeOfAUrlIsRefused() throws IOException {
    Path file =
        write(
            "x.conf",
            "include \"http://localhost/x.conf\"",
            "include url(\"file:///etc/hostname\")",
            "include \"file:/etc/hostname\"");
    assertThat(problems(file))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains("must not include a URL"))
        .map(line -> line.substring(0, 8))
        .containsExactly("x.conf:1", "x.conf:2", "x.conf:3");
  }

  @Test
  void includesThatLeadBackAreRefused() throws IOException {
    Path file = write("x.conf", "include \"y\"");
    write("y.conf", "", "include \"x\"");
    assertThat(problems(file))
        .singleElement()
        .asString()
        .startsWith("y.conf:2: include \"x\" leads");
  }

  @Test
  void problemsOfAnIncludedFileAreItsOwn() throws IOException {
    Path file = write("x.conf", "include \"y\"", "run.task.p = 1");
    write("y.conf", "", "run.training.stps = 3", "run.model.layers = [1");
    assertThat(problems(file))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).startsWith("y.conf:3: "))
        .contains("x.conf:2 run.task.p: must be from 2 to 1000, was 1");
  }
}
