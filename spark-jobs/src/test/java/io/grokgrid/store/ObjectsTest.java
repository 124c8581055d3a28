package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.jobs.Elsewhere;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A store of objects, on a server of S3. */
class ObjectsTest {
  private static Elsewhere s3;

  @BeforeAll
  static void start() throws Exception {
    s3 = Elsewhere.s3();
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
  }

  @Test
  void anObjectIsThereWhenItIsWhole() throws IOException {
    Configuration hadoop = s3.hadoop();
    Path place = new Path(s3.store("whole"), "object");
    FileSystem files = place.getFileSystem(hadoop);
    Folder folder = new Folder(files, place.getParent());
    try (WholeFile file = folder.file("object")) {
      file.write(out -> out.write(1));
      assertThat(folder.names()).isEmpty();
      file.put();
    }
    assertThat(folder.names()).containsExactly("object");
    assertThatThrownBy(
            () -> {
              try (WholeFile file = folder.file("object")) {
                file.write(
                    out -> {
                      out.write(2);
                      throw new IOException("no space");
                    });
                file.replace();
              }
            })
        .isInstanceOf(Unwritable.class)
        .hasMessageEndingWith("/whole/object cannot be written: no space");
    try (var in = files.open(place)) {
      assertThat(in.readAllBytes()).containsExactly(1);
    }
    try (WholeFile file = folder.file("object")) {
      file.write(out -> out.write(3));
      file.replace();
    }
    try (var in = files.open(place)) {
      assertThat(in.readAllBytes()).containsExactly(3);
    }
    assertThat(folder.names()).containsExactly("object");
  }

  /** Both are conditional writes: the first, and the renewal. */
  @Test
  void aClaimIsHeldByOneAndRenewedByItAlone() throws Exception {
    Configuration hadoop = s3.hadoop();
    Store store = new Store(s3.store("claimed"));
    Path file = new Path(store.root(), Claim.NAME);
    FileSystem files = file.getFileSystem(hadoop);
    AtomicInteger losses = new AtomicInteger();
    Claim first = Claim.take(store, hadoop, "sweep first", losses::incrementAndGet, () -> {});
    assertThatThrownBy(() -> Claim.take(store, hadoop, "sweep second", () -> {}, () -> {}))
        .isInstanceOf(Claim.Held.class)
        .hasMessageStartingWith("sweep first (process ");
    first.renew();
    first.held(store).requireHeld(hadoop);
    assertThat(losses).hasValue(0);
    files.delete(file, false);
    try (Claim second = Claim.take(store, hadoop, "sweep second", () -> {}, () -> {})) {
      first.renew();
      assertThat(losses).hasValue(1);
      first.close();
      second.held(store).requireHeld(hadoop);
      assertThatThrownBy(() -> first.held(store).requireHeld(hadoop))
          .isInstanceOf(Claim.Lost.class)
          .hasMessageContaining("is no longer this sweep's but sweep second");
    }
    assertThat(new Folder(files, file.getParent()).names()).isEmpty();
  }
}
