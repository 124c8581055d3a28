package io.grokgrid.store;

import io.grokgrid.run.RunSpec;
import io.grokgrid.weights.Safetensors;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/** Reads weights that a run kept, and holds them against their name and their run. */
public final class StoredWeights {
  private static final String MISSING = "is missing";
  private static final String DENIED = "cannot be read: permission denied";

  private StoredWeights() {}

  /** Weights that are missing or damaged; the message is such that "path message" is a sentence. */
  public static final class Flaw extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean missing;
    private final boolean denied;

    private Flaw(String what) {
      this(what, MISSING.equals(what), DENIED.equals(what));
    }

    private Flaw(String what, boolean missing, boolean denied) {
      super(what);
      this.missing = missing;
      this.denied = denied;
    }

    /** The same of another step's weights, for one that needs these, too. */
    public Flaw ofStep(int step) {
      String what = "needs the weights of step %d, too: that file %s".formatted(step, getMessage());
      return new Flaw(what, false, denied);
    }

    public boolean isMissing() {
      return missing;
    }

    /** Whether it may be whole, but is not to be read by this user. */
    public boolean isDenied() {
      return denied;
    }
  }

  /**
   * The parameters in {@link Checkpoints#file}, in the layout's order.
   *
   * @throws Flaw if it is not as the run wrote it
   */
  public static float[] read(Store store, String runId, int step, RunSpec run, Configuration hadoop)
      throws Flaw {
    Path file = Checkpoints.file(store, runId, step);
    try {
      FileSystem files = file.getFileSystem(hadoop);
      FileStatus status = files.getFileStatus(file);
      if (!status.isFile() || status.getLen() > run.mostBytesOfWeights()) {
        throw new Flaw(
            status.isFile() ? "is too large, " + status.getLen() + " bytes" : "is a folder");
      }
      try (InputStream in = files.open(file)) {
        return parameters(in.readAllBytes(), runId, step, run);
      }
    } catch (FileNotFoundException e) {
      boolean denied =
          String.valueOf(e.getMessage()).endsWith("(Permission denied)") || isClosed(file);
      throw new Flaw(denied ? DENIED : MISSING);
    } catch (AccessControlException e) {
      throw new Flaw(DENIED);
    } catch (IOException | IllegalArgumentException e) {
      throw new Flaw("cannot be read: " + e.getMessage());
    }
  }

  private static float[] parameters(byte[] content, String runId, int step, RunSpec run)
      throws Flaw {
    Map<String, String> metadata = Safetensors.metadata(content, "it");
    if (!runId.equals(metadata.get("run_id"))) {
      throw new Flaw("is of the run " + metadata.get("run_id"));
    }
    if (!Integer.toString(step).equals(metadata.get("step"))) {
      throw new Flaw("is of step " + metadata.get("step"));
    }
    return run.weights(content, "it");
  }

  /** Whether a folder above the file is not to be looked into; what is in it seems missing then. */
  private static boolean isClosed(Path file) {
    String scheme = file.toUri().getScheme();
    for (Path folder = file.getParent();
        (scheme == null || scheme.equals("file")) && folder != null;
        folder = folder.getParent()) {
      File local = new File(folder.toUri().getPath());
      if (local.exists() && !local.canExecute()) {
        return true;
      }
    }
    return false;
  }
}
