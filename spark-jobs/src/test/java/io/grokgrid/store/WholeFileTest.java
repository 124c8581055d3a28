package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path folder;

  private Folder local = new Folder(new FilterFileSystem(), new org.apache.hadoop.fs.Path("/"));

  @BeforeEach
  void open() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration(false)).getRaw();
    local = new Folder(files, new org.apache.hadoop.fs.Path(folder.toUri()));
  }

  /** As HDFS does it. */
  private Folder thatRenamesToNoFile() {
    FileSystem files =
        new FilterFileSystem(local.files()) {
          @Override
          public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
              throws IOException {
            return !exists(to) && super.rename(from, to);
          }
        };
    files.setConf(local.files().getConf());
    return new Folder(files, local.path());
  }

  private static void write(Folder to, byte content, boolean replace) throws IOException {
    try (WholeFile file = to.file("a")) {
      file.write(out -> out.write(content));
      if (replace) {
        file.replace();
      } else {
        file.put();
      }
    }
  }

  private byte[] content() throws IOException {
    assertThat(local.names()).containsExactly("a");
    return Files.readAllBytes(folder.resolve("a"));
  }

  @Test
  void isThereOnlyWhenItIsWhole() throws IOException {
    try (WholeFile file = local.file("a")) {
      file.write(out -> out.write(1));
      assertThat(folder.resolve("a")).doesNotExist();
      file.put();
    }
    assertThat(content()).containsExactly(1);
  }

  @Test
  void whatFailsLeavesTheOneBefore() throws IOException {
    write(local, (byte) 1, true);
    assertThatThrownBy(
            () -> {
              try (WholeFile file = local.file("a")) {
                file.write(
                    out -> {
                      out.write(2);
                      throw new IOException("no space");
                    });
                file.replace();
              }
            })
        .hasMessageEndingWith("a cannot be written: no space");
    assertThat(content()).containsExactly(1);
  }

  @Test
  void takesThePlaceOfTheOneBefore() throws IOException {
    for (Folder each : new Folder[] {local, thatRenamesToNoFile()}) {
      write(each, (byte) 1, true);
      write(each, (byte) 2, true);
      assertThat(content()).containsExactly(2);
    }
  }

  @Test
  void whereNoFileIsRenamedToTheOneBeforeMayStay() throws IOException {
    write(thatRenamesToNoFile(), (byte) 1, false);
    write(thatRenamesToNoFile(), (byte) 2, false);
    assertThat(content()).containsExactly(1);
  }

  @Test
  void saysWhereItCannotBeRenamed() {
    FileSystem files =
        new FilterFileSystem(local.files()) {
          @Override
          public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to) {
            return false;
          }
        };
    files.setConf(local.files().getConf());
    Folder stuck = new Folder(files, local.path());
    assertThatThrownBy(() -> write(stuck, (byte) 1, false)).hasMessageStartingWith("cannot rename");
    assertThatThrownBy(() -> write(stuck, (byte) 1, true)).hasMessageStartingWith("cannot rename");
    assertThat(folder).isEmptyDirectory();
  }
}
