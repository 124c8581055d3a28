package io.grokgrid.train;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One recorded step. Losses are mean cross entropies in nats, accuracies shares in [0, 1].
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
    implements Serializable {}
