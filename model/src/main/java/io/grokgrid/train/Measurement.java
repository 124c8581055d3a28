package io.grokgrid.train;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/** One named number that an analysis found at one step. */
public record Measurement(int step, String analysis, String name, double value)
    implements Serializable {
  public void write(DataOutput out) throws IOException {
    out.writeInt(step);
    out.writeUTF(analysis);
    out.writeUTF(name);
    out.writeDouble(value);
  }

  public static Measurement read(DataInput in) throws IOException {
    return new Measurement(in.readInt(), in.readUTF(), in.readUTF(), in.readDouble());
  }
}
