package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.config.Study;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six runs that the sweep {@code example} trained. */
class SweepListsTest {
  private final SparkSession session = Sparks.session();
  private final Configuration hadoop = new Configuration();
  private final Path folder;
  private final Store store;

  SweepListsTest(@TempDir Path folder) {
    this.folder = folder;
    store = new Store(folder.toString());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("sweeps"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  @Test
  void areThereOnceAGrid() throws IOException {
    Study study = Example.study();
    assertThat(SweepLists.of(store, hadoop)).isEqualTo(new SweepLists(Map.of(), 0, List.of()));
    SweepLists.write(store, study, hadoop);
    SweepLists.write(store, study, hadoop);
    assertThat(files()).singleElement().asString().matches("example-[0-9a-f]{16}\\.csv");
    SweepLists.write(store, Example.study("grid.training.seed=[2,3]"), hadoop);
    assertThat(files()).hasSize(2);
    assertThat(SweepLists.of(store, hadoop).of("example"))
        .containsAll(SweepLists.ids(study))
        .hasSize(2 * 4);
  }

  /** What no file's name, or no table, takes as it is. */
  @Test
  void keepEveryNameThatASweepMayHave() throws IOException {
    List<String> names = List.of("a/b", "a\"b", "ä, b", "..", "x".repeat(250), "a b", "a_b");
    for (String name : names) {
      SweepLists.write(
          store, Example.study("sweep.name=\"" + name.replace("\"", "\\\"") + "\""), hadoop);
    }
    assertThat(SweepLists.of(store, hadoop).runs()).containsOnlyKeys(names.toArray(String[]::new));
    for (String name : names) {
      assertThat(SweepLists.of(store, name, hadoop).of(name))
          .isEqualTo(SweepLists.ids(Example.study()));
    }
  }

  /** As by a sweep that trained three of the runs under another name, to which three were added. */
  @Test
  void showARunInEverySweepWhoseGridHoldsIt() throws IOException {
    Example.store(folder);
    SweepLists.write(store, Example.study(), hadoop);
    SweepLists.write(
        store, Example.study("sweep.name=second", "grid.training.seed=[1,2,3]"), hadoop);
    SweepLists lists = SweepLists.of(store, "second", hadoop);
    StoredRuns stored = StoredRuns.of(session, store);
    Views.Restriction second = new Views.Restriction("second", null);
    assertThat(second.of(stored.rows()).count()).isZero();
    assertThat(second.with(lists).of(stored.rows()).count()).isEqualTo(4);
    assertThat(second.with(lists).of(stored.rows()).columns()).isEqualTo(stored.rows().columns());
    assertThat(new Views.Restriction("second", "seed = 1").with(lists).of(stored.rows()).count())
        .isEqualTo(2);
    assertThat(
            second
                .with(lists)
                .within(Example.study("grid.training.seed=[2]"))
                .of(stored.rows())
                .count())
        .isEqualTo(2);
    Views.register(session, stored, Views.Restriction.NONE);
    Views.registerSweeps(session, stored, SweepLists.of(store, hadoop));
    assertThat(
            session
                .sql(
                    """
                    SELECT s.sweep, count(*), count(outcome)
                    FROM sweeps s LEFT JOIN runs USING (run_id) GROUP BY ALL ORDER BY ALL
                    """)
                .collectAsList())
        .extracting(row -> row.mkString(","))
        .containsExactly("example,6,6", "second,6,4");
  }

  @Test
  void areLeftOutWhereTheyAreDamaged() throws IOException {
    SweepLists.write(store, Example.study(), hadoop);
    Path whole = folder.resolve("sweeps").resolve(files().get(0));
    byte[] content = Files.readAllBytes(whole);
    Path sweeps = folder.resolve("sweeps");
    Files.createFile(sweeps.resolve(".of-one-that-was-killed"));
    assertThat(SweepLists.of(store, hadoop).damages()).isEmpty();
    content[content.length - 5] ^= 1;
    Files.write(sweeps.resolve("example-0123456789abcdef.csv"), content);
    Files.writeString(sweeps.resolve("notes.txt"), "of somebody");
    Files.createDirectory(sweeps.resolve("old-0123456789abcdef.csv"));
    // The digest of nothing, and of a text that is none of ours.
    Files.writeString(sweeps.resolve("none-e3b0c44298fc1c14.csv"), "");
    Files.writeString(sweeps.resolve("other-ba7816bf8f01cfea.csv"), "abc");
    SweepLists lists = SweepLists.of(store, hadoop);
    assertThat(lists.damages())
        .extracting(damage -> damage.path().replaceAll(".*/", "") + " " + damage.what())
        .containsExactlyInAnyOrder(
            "example-0123456789abcdef.csv is not what was written: its content has another digest"
                + " than its name",
            "none-e3b0c44298fc1c14.csv is no list of a sweep's runs inside",
            "other-ba7816bf8f01cfea.csv is no list of a sweep's runs inside",
            "notes.txt is no list of a sweep's runs (NAME-DIGEST.csv)",
            "old-0123456789abcdef.csv is no list of a sweep's runs (NAME-DIGEST.csv)");
    assertThat(lists.damages()).noneMatch(Damage::holdsRuns);
    assertThat(lists.runs()).isEqualTo(Map.of("example", SweepLists.ids(Example.study())));
    assertThat(lists.files()).isEqualTo(1);
    assertThat(Set.copyOf(SweepLists.of(store, "example", hadoop).of("example"))).hasSize(6);
  }
}
