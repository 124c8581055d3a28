package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import java.util.List;
import java.util.Optional;

/**
 * What each unit u of the last hidden layer computes, as {@link NeuronClusters} has it of all:
 * {@code frequency.u}, its best one, of which {@code explained.u} is the share of its variance; and
 * its phases there, radians from -pi to pi: {@code left.u} and {@code right.u} on the operands,
 * {@code out.u} in its row of the readout. Units that are constant are left out; {@code units} are
 * the others.
 */
public final class NeuronPhases implements Analysis {
  @Override
  public String name() {
    return "neuron_phases";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Circuit.idleUnits(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Circuit circuit = Circuit.of(subject);
    List<NeuronClusters.Phases> units = NeuronClusters.phases(subject);
    found.add("units", units.size());
    for (NeuronClusters.Phases unit : units) {
      String name = "." + unit.unit();
      found.add("frequency" + name, unit.frequency());
      found.add("explained" + name, circuit.hidden().explained(unit.frequency(), unit.unit()));
      found.add("left" + name, unit.left());
      found.add("right" + name, unit.right());
      found.add("out" + name, unit.out());
    }
  }
}
