package io.grokgrid.net;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * How strongly one position attends to another, as means over all inputs.
 *
 * @param query the position that attends
 * @param key the position that is attended to
 * @param meanScore of what enters the softmax, scale and ALiBi included
 * @param meanWeight of what multiplies V, attention rate included
 */
public record AttentionMean(
    int step, int layer, int head, int query, int key, double meanScore, double meanWeight)
    implements Serializable {
  public void write(DataOutput out) throws IOException {
    out.writeInt(step);
    out.writeInt(layer);
    out.writeInt(head);
    out.writeInt(query);
    out.writeInt(key);
    out.writeDouble(meanScore);
    out.writeDouble(meanWeight);
  }

  public static AttentionMean read(DataInput in) throws IOException {
    return new AttentionMean(
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readDouble(),
        in.readDouble());
  }
}
