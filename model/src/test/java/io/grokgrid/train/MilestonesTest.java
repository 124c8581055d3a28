package io.grokgrid.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MilestonesTest {
  /** What double has next below 0.99 and 0.95. */
  private static final double ALMOST_REACHED = Math.nextDown(0.99);

  private static final double ALMOST_SUSTAINED = Math.nextDown(0.95);

  private static Metrics at(int step, double trainAccuracy, double testAccuracy) {
    return new Metrics(step, 1, trainAccuracy, 1, testAccuracy, null, null, 1, null);
  }

  /** Of records at steps 0, 50, .. with such test accuracies, and nothing memorised. */
  private static Milestones ofTest(double... accuracies) {
    List<Metrics> metrics = new ArrayList<>();
    for (double accuracy : accuracies) {
      metrics.add(at(50 * metrics.size(), 0, accuracy));
    }
    return Milestones.of(metrics);
  }

  @Test
  void noRecordsReachNothing() {
    assertThat(Milestones.of(List.of())).isEqualTo(new Milestones(null, null, null));
  }

  @Test
  void whatIsAlmostReachedIsNotReached() {
    assertThat(Milestones.of(List.of(at(0, ALMOST_REACHED, ALMOST_REACHED))))
        .isEqualTo(new Milestones(null, null, null));
    double x = ALMOST_SUSTAINED;
    assertThat(ofTest(x, x, x, x, x, x, x)).isEqualTo(new Milestones(null, null, null));
  }

  @Test
  void memorisedIsTheFirstStepWithTrainAccuracyOfTheThreshold() {
    List<Metrics> metrics =
        List.of(at(0, 0.1, 0), at(7, ALMOST_REACHED, 0), at(11, 0.99, 0), at(20, 1, 0));
    assertThat(Milestones.of(metrics)).isEqualTo(new Milestones(11, null, null));
  }

  @Test
  void grokIsTheFirstStepWithTestAccuracyOfTheThreshold() {
    assertThat(ofTest(0, ALMOST_REACHED, 0.99, 0, 1)).isEqualTo(new Milestones(null, 100, null));
  }

  @Test
  void bothCountFromTheInitialNetworkOn() {
    assertThat(Milestones.of(List.of(at(0, 1, 1)))).isEqualTo(new Milestones(0, 0, null));
  }

  @Test
  void sustainedIsTheFirstOfSixInARow() {
    double x = 0.95;
    assertThat(ofTest(0, x, x, x, x, x).sustainedGrokStep()).isNull();
    assertThat(ofTest(0, x, x, x, x, x, x).sustainedGrokStep()).isEqualTo(50);
    assertThat(ofTest(0, x, x, x, x, x, x, x, x).sustainedGrokStep()).isEqualTo(50);
  }

  @Test
  void anInterruptedRowBeginsAnew() {
    double x = 0.95;
    double y = ALMOST_SUSTAINED;
    assertThat(ofTest(x, x, x, x, x, y, x, x, x, x, x).sustainedGrokStep()).isNull();
    assertThat(ofTest(x, x, x, x, x, y, x, x, x, x, x, x).sustainedGrokStep()).isEqualTo(300);
  }

  @Test
  void whatIsSustainedStaysSoWhateverComes() {
    double x = 0.95;
    assertThat(ofTest(x, x, x, x, x, x, 0, x, x, x, x, x, x).sustainedGrokStep()).isZero();
  }

  /** A network that drops to chance between has grokked, not for good. */
  @Test
  void aGrokThatIsNotSustainedIsAGrok() {
    assertThat(ofTest(0, 1, 0, 1, 0, 1, 0, 1)).isEqualTo(new Milestones(null, 50, null));
  }

  @Test
  void anAccuracyThatIsNoNumberReachesNothingAndInterrupts() {
    double x = 1;
    assertThat(ofTest(Double.NaN)).isEqualTo(new Milestones(null, null, null));
    assertThat(ofTest(x, x, x, x, x, Double.NaN, x).sustainedGrokStep()).isNull();
  }

  @Test
  void delayIsFromMemorisingToGrokking() {
    assertThat(new Milestones(150, 5200, null).grokDelay()).isEqualTo(5050);
    assertThat(new Milestones(200, 100, null).grokDelay()).isEqualTo(-100);
    assertThat(new Milestones(150, null, null).grokDelay()).isNull();
    assertThat(new Milestones(null, 100, 100).grokDelay()).isNull();
    assertThat(new Milestones(null, null, null).grokDelay()).isNull();
  }
}
