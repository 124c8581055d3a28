package io.grokgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Console;
import io.grokgrid.console.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlcCommandTest {
  private final Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path conf;

  LlcCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void write() throws IOException {
    conf = Files.writeString(folder.resolve("x.conf"), "run.task.p = 7\nllc.draws = 100\n");
    Files.createDirectories(folder.resolve("out/runs"));
  }

  private int llc(Object... arguments) {
    out.reset();
    err.reset();
    List<String> all = new ArrayList<>(List.of("llc"));
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
    assertThat(llc(arguments)).as(List.of(arguments).toString()).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).contains(message).doesNotContain("\tat ", "Exception");
    assertThat(out()).isEmpty();
  }

  @Test
  void refusesBeforeSparkStarts() {
    assertRefused("needs CONF, or --selftest");
    assertRefused("--selftest takes no CONF", conf, "--selftest");
    assertRefused("--selftest takes no CONF", "--selftest", "--last");
    assertRefused("--calibrate takes neither", conf, "--calibrate", "--wait");
    assertRefused("x.conf: no such file", folder.resolve("none/x.conf"));
    assertRefused("llc.draws: must be from 1 to 10000000, was 0", conf, "--set", "llc.draws=0");
    assertRefused("llc.step_size: must be a finite positive", conf, "--set", "llc.step_size=0");
    assertRefused("llc.label: must be of a-z, 0-9 and _", conf, "--set", "llc.label=A-b");
    assertRefused("llc.drawss: unknown key; did you mean draws?", conf, "--set", "llc.drawss=1");
    assertRefused(
        "must be 0 for sampler = mala",
        conf,
        "--set",
        "llc.sampler=mala",
        "--set",
        "llc.batch_size=5");
    assertRefused("--runs SELEC: ", conf, "--runs", "SELEC", "--out", folder.resolve("out"));
  }

  @Test
  void ofNoStoreIsNothing() {
    Path none = folder.resolve("none");
    assertThat(llc(conf, "--out", none, "--format", "csv")).as(err()).isZero();
    assertThat(err()).isEqualTo("grokgrid: the store " + none + " holds no runs yet\n");
    assertThat(out()).isEqualTo("run_id,step,llc,std,verdict,r_hat,acceptance\n");
    assertThat(none).doesNotExist();
  }

  @Test
  void helpSaysWhatItEndsWith() {
    assertThat(llc("--help")).isZero();
    assertThat(out().replaceAll("\\s+", " "))
        .contains("grokgrid llc --selftest", "Ends with 3 where a checkpoint", "llc_LABEL");
  }
}
