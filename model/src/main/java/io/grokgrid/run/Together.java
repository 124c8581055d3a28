package io.grokgrid.run;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.grokgrid.net.Model;
import io.grokgrid.pair.Lockstep;
import io.grokgrid.pair.PairForm;
import io.grokgrid.pair.PairNetwork;
import io.grokgrid.step.PairStep;
import io.grokgrid.step.TrainingStep;
import io.grokgrid.task.TableTask;
import io.grokgrid.tensor.Autograd;
import io.grokgrid.tensor.LossForm;
import java.util.Optional;

/** Runs of one shape that are trained at once on one device. */
public final class Together implements AutoCloseable {
  private final NDManager manager;
  private final Lockstep lockstep;

  /**
   * What such runs have in common.
   *
   * @param model with its initialization
   * @param n elements that the table is over
   * @param examples of the table
   * @param examplesAStep in one update
   * @param loss what is minimised
   * @param most such runs that a device takes at once
   */
  public record Shape(
      Model model, int n, int examples, int examplesAStep, LossForm loss, int most) {
    /** None of a run that is trained by itself on any device. */
    public static Optional<Shape> of(RunSpec run) {
      return run.task()
          .asTable()
          .filter(table -> StepForm.of(run) == StepForm.PAIR_TABLES)
          .map(table -> of(run, table))
          .filter(shape -> shape.most() > 0);
    }

    private static Shape of(RunSpec run, TableTask table) {
      int examples = run.examplesAStep();
      return new Shape(
          run.model(),
          table.elements(),
          table.examples(),
          examples,
          run.training().lossForm(),
          PairForm.require(run.model(), table.elements()).fittingADevice(examples));
    }
  }

  /** Of runs of this shape. */
  public Together(Device device, Shape shape) {
    manager = Autograd.newManager(device);
    lockstep =
        new Lockstep(
            PairForm.require(shape.model(), shape.n())
                .onDevice(manager, shape.loss(), shape.examples()));
  }

  /** Adds a run. All are to be added before the first of them trains. */
  public Lockstep.Member join() {
    return lockstep.join();
  }

  /** The step of a run. */
  public static TrainingStep step(Lockstep.Member member, RunSpec run) {
    TableTask task = run.task().asTable().orElseThrow();
    PairNetwork network = PairForm.tied(run.model(), task.elements(), member);
    return new PairStep(network, StepForm.examples(run, task), run.training());
  }

  @Override
  public void close() {
    manager.close();
  }
}
