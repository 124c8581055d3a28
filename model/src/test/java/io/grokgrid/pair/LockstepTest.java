package io.grokgrid.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Encoding;
import io.grokgrid.net.Initialization;
import io.grokgrid.net.Layout;
import io.grokgrid.net.Models;
import io.grokgrid.net.TransformerSpec;
import io.grokgrid.task.Examples;
import io.grokgrid.task.ModularTask;
import io.grokgrid.task.Tasks;
import io.grokgrid.tensor.EngineManager;
import io.grokgrid.tensor.LossForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several runs at once against each by itself, on plain arrays. */
@ExtendWith(EngineManager.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES) // of threads that wait for ever
class LockstepTest {
  private static final int P = 7;
  private static final int RUNS = 3;
  private static final ModularTask TASK = Tasks.modular(P).task();

  /** Of a tensor's largest magnitude, and of a loss. */
  private static final double TOLERANCE = 5e-6;

  private final NDManager manager;
  private final List<float[]> parameters = new ArrayList<>();
  private final List<Pairs> train = new ArrayList<>();
  private final List<Pairs> all = new ArrayList<>();

  LockstepTest(NDManager manager) {
    this.manager = manager;
  }

  /** Runs of other seeds each: other parameters, other splits. */
  private void draw(TransformerSpec model) {
    parameters.clear();
    train.clear();
    all.clear();
    for (int run = 0; run < RUNS; run++) {
      parameters.add(Initialization.PAPER.draw(model.layoutOfPairs(P), run));
      Examples examples = new Examples(TASK, run);
      train.add(pairs(examples, examples.trainExamples()));
      all.add(pairs(examples, examples.size()));
    }
  }

  private static Pairs pairs(Examples examples, int count) {
    return new Pairs(
        Arrays.copyOf(examples.left(), count),
        Arrays.copyOf(examples.right(), count),
        Arrays.copyOf(examples.answers(), count));
  }

  private static TransformerSpec model(Encoding encoding, boolean equals, double rate) {
    return Models.parts()
        .widths(12, 2, 6)
        .hidden(16)
        .encoding(encoding)
        .equalsToken(equals)
        .causal(equals)
        .positions(equals ? 3 : 2)
        .attentionRate(rate)
        .unembedBias(equals)
        .model();
  }

  private ArrayPairNetwork network(TransformerSpec model, LossForm form) {
    return new ArrayPairNetwork(manager, model, P, form, 20);
  }

  @Test
  void isEachRunByItself() {
    for (Encoding encoding : Encoding.values()) {
      for (boolean equals : new boolean[] {false, true}) {
        for (double rate : new double[] {0, 0.4, 1}) {
          for (LossForm form : LossForm.values()) {
            assertSame(model(encoding, equals, rate), form);
          }
        }
      }
    }
  }

  private void assertSame(TransformerSpec model, LossForm form) {
    draw(model);
    ArrayPairNetwork together = network(model, form);
    PairNetwork alone =
        PairForm.require(model, P).network(manager, form, train.get(0).size(), P * P);
    List<float[]> gradients = parameters.stream().map(w -> new float[w.length]).toList();
    double[] losses = together.lossesAndGradients(parameters, gradients, train);
    List<double[]> found = all.stream().map(pairs -> new double[pairs.size()]).toList();
    List<boolean[]> correct = all.stream().map(pairs -> new boolean[pairs.size()]).toList();
    together.evaluate(parameters, all, found, correct);
    for (int run = 0; run < RUNS; run++) {
      float[] gradient = new float[parameters.get(run).length];
      double loss = alone.lossAndGradient(parameters.get(run), gradient, train.get(run));
      assertThat(losses[run]).isCloseTo(loss, within(loss));
      assertSame(model.layoutOfPairs(P), gradient, gradients.get(run));
      double[] each = new double[P * P];
      boolean[] right = new boolean[P * P];
      alone.evaluate(parameters.get(run), all.get(run), each, right);
      assertThat(correct.get(run)).isEqualTo(right);
      assertThat(found.get(run)).containsExactly(each, within(1));
    }
  }

  private static Offset<Double> within(double size) {
    return Offset.offset(TOLERANCE * Math.max(1, size));
  }

  private static void assertSame(Layout layout, float[] expected, float[] found) {
    for (Layout.Tensor tensor : layout.tensors()) {
      double largest = 0;
      double error = 0;
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        error = Math.max(error, Math.abs(expected[i] - found[i]));
      }
      assertThat(error).as(tensor.name()).isLessThanOrEqualTo(TOLERANCE * largest);
    }
  }

  @Test
  void noRunTouchesAnother() {
    TransformerSpec model = model(Encoding.LEARNED, true, 1);
    draw(model);
    Arrays.fill(parameters.get(1), Float.NaN);
    ArrayPairNetwork together = network(model, LossForm.FLOAT64);
    List<float[]> gradients = parameters.stream().map(w -> new float[w.length]).toList();
    double[] losses = together.lossesAndGradients(parameters, gradients, train);
    assertThat(losses[1]).isNaN();
    for (int run : new int[] {0, 2}) {
      float[] gradient = new float[gradients.get(run).length];
      double[] loss =
          together.lossesAndGradients(
              List.of(parameters.get(run)), List.of(gradient), List.of(train.get(run)));
      assertThat(loss[0]).isCloseTo(losses[run], within(1));
      assertSame(model.layoutOfPairs(P), gradient, gradients.get(run));
    }
  }

  /** Threads that ask for other things at other times, the first of which leaves early. */
  @Test
  void answersWhoeverIsUnderWay() throws Exception {
    TransformerSpec model = model(Encoding.ROPE, false, 1);
    draw(model);
    Lockstep lockstep = new Lockstep(network(model, LossForm.FLOAT64));
    List<Callable<double[]>> all = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      int number = run;
      Lockstep.Member member = lockstep.join();
      all.add(
          () -> {
            try (member) {
              return train(member, number);
            }
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(RUNS);
    try {
      List<Future<double[]>> found = threads.invokeAll(all);
      PairNetwork alone = network(model, LossForm.FLOAT64);
      for (int run = 0; run < RUNS; run++) {
        assertThat(found.get(run).get()).containsExactly(train(alone, run), within(1));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Numbers of gradients on batches of changing size and of an evaluation; run r makes r + 2. */
  private double[] train(PairNetwork network, int run) {
    DoubleStream.Builder seen = DoubleStream.builder();
    for (int step = 0; step < run + 2; step++) {
      float[] gradient = new float[parameters.get(run).length];
      Pairs batch = train.get(run).range(step, train.get(run).size() - run % 2);
      seen.add(network.lossAndGradient(parameters.get(run), gradient, batch));
      for (float each : gradient) {
        seen.add(each);
      }
      if (step == run) {
        double[] losses = new double[P * P];
        network.evaluate(parameters.get(run), all.get(run), losses, new boolean[P * P]);
        Arrays.stream(losses).forEach(seen::add);
        network
            .attention(parameters.get(run), all.get(run), step)
            .forEach(mean -> seen.add(mean.meanScore()));
      }
    }
    return seen.build().toArray();
  }

  /** One of two asks with parameters that are no network's. */
  @Test
  void aFailureIsThatOfItsRunAlone() throws Exception {
    TransformerSpec model = model(Encoding.NONE, true, 1);
    draw(model);
    Lockstep lockstep = new Lockstep(network(model, LossForm.FLOAT64));
    List<Callable<Double>> both = new ArrayList<>();
    for (float[] w : List.of(new float[3], parameters.get(0))) {
      Lockstep.Member member = lockstep.join();
      both.add(
          () -> {
            try (member) {
              member.lossAndGradient(w, new float[w.length], train.get(0));
              return member.lossAndGradient(w, new float[w.length], train.get(0));
            }
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Double>> found = threads.invokeAll(both);
      assertThatThrownBy(() -> found.get(0).get())
          .hasCauseInstanceOf(IndexOutOfBoundsException.class);
      assertThat(found.get(1).get()).isPositive();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whoWaitsCanBeInterrupted() throws Exception {
    TransformerSpec model = model(Encoding.NONE, true, 1);
    draw(model);
    Lockstep lockstep = new Lockstep(network(model, LossForm.FLOAT64));
    Lockstep.Member waiting = lockstep.join();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try (waiting) {
                float[] gradient = new float[parameters.get(0).length];
                waiting.lossAndGradient(parameters.get(0), gradient, train.get(0));
              } catch (CancellationException e) {
                thrown.set(e);
              }
            });
    try (Lockstep.Member other = lockstep.join()) {
      thread.start();
      thread.interrupt();
      thread.join();
      assertThat(thrown.get()).isInstanceOf(CancellationException.class);
      float[] gradient = new float[parameters.get(1).length];
      assertThat(other.lossAndGradient(parameters.get(1), gradient, train.get(1))).isPositive();
    }
  }
}
