package io.grokgrid.train;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One recorded step. Losses are means of what is minimised (in nats, but for squared errors),
 * accuracies shares in [0, 1].
 *
 * @param step the state after that many updates; 0 is the initial network
 * @param oodLoss out of distribution, of sequence tasks only
 * @param oodAccuracy likewise
 * @param weightNorm root of the sum of squares of all parameters
 * @param gradientNorm the same of the gradient of the update that led to this step, before
 *     clipping; none at step 0
 */
public record Metrics(
    int step,
    double trainLoss,
    double trainAccuracy,
    double testLoss,
    double testAccuracy,
    @Nullable Double oodLoss,
    @Nullable Double oodAccuracy,
    double weightNorm,
    @Nullable Double gradientNorm)
    implements Serializable {
  /** The one with the highest test accuracy, the first of equals, if any is a number. */
  public static @Nullable Metrics best(List<Metrics> recorded) {
    Metrics best = null;
    for (Metrics at : recorded) {
      double least = best == null ? Double.NEGATIVE_INFINITY : best.testAccuracy;
      best = at.testAccuracy > least ? at : best;
    }
    return best;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(step);
    out.writeDouble(trainLoss);
    out.writeDouble(trainAccuracy);
    out.writeDouble(testLoss);
    out.writeDouble(testAccuracy);
    write(out, oodLoss);
    write(out, oodAccuracy);
    out.writeDouble(weightNorm);
    write(out, gradientNorm);
  }

  static Metrics read(DataInput in) throws IOException {
    return new Metrics(
        in.readInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        readOptional(in),
        readOptional(in),
        in.readDouble(),
        readOptional(in));
  }

  private static void write(DataOutput out, @Nullable Double value) throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      out.writeDouble(value);
    }
  }

  private static @Nullable Double readOptional(DataInput in) throws IOException {
    return in.readBoolean() ? (Double) in.readDouble() : null;
  }
}
