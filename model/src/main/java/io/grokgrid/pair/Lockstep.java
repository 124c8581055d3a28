package io.grokgrid.pair;

import io.grokgrid.net.AttentionMean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Runs of one shape that are trained at once on one device, each on a thread of its own: what they
 * ask of the network is computed together, as soon as every run that is still under way has asked
 * for something. So each can record, save and end when it has to. Which thread gets on first
 * changes nothing, but how long a run took includes its waiting for the others.
 */
public final class Lockstep {
  private final ArrayPairNetwork network;
  private final SortedMap<Integer, Asked> asked = new TreeMap<>();
  private int members;
  private int joined;

  /**
   * @param network its manager's device is the one; used by this object alone
   */
  public Lockstep(ArrayPairNetwork network) {
    this.network = network;
  }

  /**
   * What a run asks for: the loss and its gradient or, with no gradient to write, an evaluation.
   */
  private static final class Asked {
    private final float[] parameters;
    private final float @Nullable [] gradient;
    private final Pairs pairs;
    private final double[] losses; // one, or one a pair
    private final boolean[] correct;
    private boolean isAnswered;
    private @Nullable Throwable failure;

    Asked(
        float[] parameters,
        float @Nullable [] gradient,
        Pairs pairs,
        double[] losses,
        boolean[] correct) {
      this.parameters = parameters;
      this.gradient = gradient;
      this.pairs = pairs;
      this.losses = losses;
      this.correct = correct;
    }

    void throwFailure() {
      if (failure instanceof Error error) {
        throw error;
      } else if (failure != null) {
        throw (RuntimeException) failure;
      }
    }

    /** What is computed together is alike in this. */
    List<Object> kind() {
      return List.of(gradient != null, pairs.size());
    }
  }

  /** Adds a run. All are to be added before the first of them asks. */
  public synchronized Member join() {
    members++;
    return new Member(joined++);
  }

  /** The network of one run. The others wait for it until it is closed. */
  public final class Member implements PairNetwork, AutoCloseable {
    private final int number;

    private Member(int number) {
      this.number = number;
    }

    @Override
    public double lossAndGradient(float[] parameters, float[] gradient, Pairs pairs) {
      double[] loss = new double[1];
      ask(number, new Asked(parameters, gradient, pairs, loss, new boolean[0]));
      return loss[0];
    }

    @Override
    public void evaluate(float[] parameters, Pairs pairs, double[] losses, boolean[] correct) {
      ask(number, new Asked(parameters, null, pairs, losses, correct));
    }

    @Override
    public List<AttentionMean> attention(float[] parameters, Pairs pairs, int step) {
      synchronized (Lockstep.this) {
        return network.attention(parameters, pairs, step);
      }
    }

    @Override
    public void close() {
      leave();
    }
  }

  /**
   * Waits for the answer.
   *
   * @throws CancellationException if the thread is interrupted
   */
  private synchronized void ask(int number, Asked question) {
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      asked.put(number, question);
      answerIfAllHaveAsked();
      while (!question.isAnswered) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } finally {
      asked.remove(number);
    }
    question.throwFailure();
  }

  private synchronized void leave() {
    members--;
    answerIfAllHaveAsked();
  }

  private void answerIfAllHaveAsked() {
    if (asked.isEmpty() || asked.size() < members) {
      return;
    }
    Map<List<Object>, List<Asked>> alike = new LinkedHashMap<>();
    asked
        .values()
        .forEach(each -> alike.computeIfAbsent(each.kind(), kind -> new ArrayList<>()).add(each));
    asked.clear();
    alike.values().forEach(this::answer);
    notifyAll();
  }

  /** What fails together, for lack of memory or by one run's fault, is computed one by one. */
  private void answer(List<Asked> alike) {
    try {
      compute(alike);
    } catch (RuntimeException | Error e) {
      if (alike.size() > 1) {
        alike.forEach(each -> answer(List.of(each)));
        return;
      }
      alike.get(0).failure = e;
    }
    alike.forEach(each -> each.isAnswered = true);
  }

  private void compute(List<Asked> alike) {
    List<float[]> parameters = alike.stream().map(each -> each.parameters).toList();
    List<Pairs> pairs = alike.stream().map(each -> each.pairs).toList();
    if (alike.get(0).gradient != null) {
      List<float[]> gradients = alike.stream().map(each -> each.gradient).toList();
      double[] losses = network.lossesAndGradients(parameters, gradients, pairs);
      for (int i = 0; i < losses.length; i++) {
        alike.get(i).losses[0] = losses[i];
      }
    } else {
      List<double[]> losses = alike.stream().map(each -> each.losses).toList();
      List<boolean[]> correct = alike.stream().map(each -> each.correct).toList();
      network.evaluate(parameters, pairs, losses, correct);
    }
  }
}
