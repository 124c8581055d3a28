package io.grokgrid.train;

import io.grokgrid.net.Layout;
import io.grokgrid.step.TrainingSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** States of training, for tests. */
public final class States {
  private States() {}

  /** The state as it comes back from a file. */
  public static TrainingState copy(TrainingState state, TrainingSpec spec, Layout layout)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    byte[] written = bytes.toByteArray();
    return TrainingState.read(new DataInputStream(new ByteArrayInputStream(written)), spec, layout);
  }
}
