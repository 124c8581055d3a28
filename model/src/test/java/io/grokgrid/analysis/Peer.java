package io.grokgrid.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.grokgrid.config.SpecReader;
import io.grokgrid.run.RunSpec;
import io.grokgrid.task.TableTask;
import io.grokgrid.train.Measurement;
import io.grokgrid.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A network that others trained and published, with what was measured of it elsewhere. */
public final class Peer {
  private static final Path PEERS = Path.of("../../shared/peers");

  /** All of them. */
  public static final List<String> NAMES =
      List.of("nanda_wd", "c113_seed1", "clock_pizza_model_a", "linear_beta");

  private final String name;

  private Peer(String name) {
    this.name = name;
  }

  /** The peer of that name; the test is skipped where the peers are not there. */
  public static Peer named(String name) {
    assumeTrue(Files.exists(PEERS.resolve(name + ".safetensors")), "the peers are not here");
    return new Peer(name);
  }

  public Subject subject(NDManager manager) {
    RunSpec run = SpecReader.read(PEERS.resolve(name + ".conf"), List.of()).runs().get(0).spec();
    float[] parameters;
    try {
      byte[] file = Files.readAllBytes(PEERS.resolve(name + ".safetensors"));
      parameters = Safetensors.read(file, name, run.layout());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TableTask task = (TableTask) run.task();
    return new Subject(manager, run.model(), task, run.training().seed(), parameters);
  }

  /**
   * Compares all that is expected of an analysis, if anything is, within the tolerances given.
   *
   * @return how many numbers were compared
   */
  public int check(Analysis analysis, NDManager manager) {
    List<? extends Config> expected =
        ConfigFactory.parseFile(PEERS.resolve(name + ".expected.json").toFile())
            .getConfigList("expected")
            .stream()
            .filter(row -> row.getString("analysis").equals(analysis.name()))
            .toList();
    if (!expected.isEmpty()) {
      Map<String, Double> found = measure(analysis, subject(manager));
      for (Config row : expected) {
        double value = row.getDouble("value");
        assertThat(found.getOrDefault(row.getString("name"), Double.NaN))
            .as("%s of %s: %s", analysis.name(), name, row.getString("name"))
            .isCloseTo(value, within(row.getDouble("rel_tol") * Math.abs(value) + 1e-300));
      }
    }
    return expected.size();
  }

  /** What an analysis finds, by name. */
  public static Map<String, Double> measure(Analysis analysis, Subject subject) {
    assertThat(analysis.idle(subject)).isEmpty();
    Findings found = new Findings(0, analysis.name());
    analysis.measure(subject, found);
    return found.measurements().stream()
        .collect(Collectors.toMap(Measurement::name, Measurement::value));
  }
}
