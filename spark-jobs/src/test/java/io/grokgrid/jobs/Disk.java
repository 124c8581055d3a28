package io.grokgrid.jobs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disk of a test's own, in memory. Mounting takes root: without, the test is skipped. */
final class Disk implements AutoCloseable {
  private static final int MIB = 256;

  private final Path folder;

  private Disk(Path folder) {
    this.folder = folder;
  }

  static Disk mount(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String size = "size=" + MIB + "m";
    int exit = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString());
    assumeTrue(exit == 0, "nothing can be mounted here");
    return new Disk(folder);
  }

  Path folder() {
    return folder;
  }

  /** Fills it but for about so many bytes; what filled it before goes. */
  void leave(long bytes) throws IOException {
    Path filler = folder.resolve("filler");
    Files.deleteIfExists(filler);
    byte[] page = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (long left = folder.toFile().getUsableSpace(); left > bytes; left -= page.length) {
        out.write(page);
      }
    }
  }

  /** There is space again. */
  void empty() throws IOException {
    Files.delete(folder.resolve("filler"));
  }

  void remount(String how) throws IOException, InterruptedException {
    if (run("mount", "-o", "remount," + how, folder.toString()) != 0) {
      throw new IOException("cannot mount " + folder + " " + how);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    return new ProcessBuilder(all).redirectErrorStream(true).start().waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (run("umount", "-l", folder.toString()) != 0) {
      throw new IOException("cannot unmount " + folder);
    }
  }
}
