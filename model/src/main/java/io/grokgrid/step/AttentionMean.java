package io.grokgrid.step;

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
  /** How names of measured scores begin. */
  public static final String TRAIN_SCORE = "train_score.";

  /**
   * The mean score as a measurement of analysis {@code attention}, {@code
   * train_score.LAYER.HEAD.QUERY.KEY}; of means over the training examples.
   */
  public Measurement trainScore() {
    String name = TRAIN_SCORE + "%d.%d.%d.%d".formatted(layer, head, query, key);
    return new Measurement(step, "attention", name, meanScore);
  }

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
