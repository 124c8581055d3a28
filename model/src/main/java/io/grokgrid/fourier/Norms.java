package io.grokgrid.fourier;

import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import io.grokgrid.math.Fourier;
import io.grokgrid.math.Statistics;
import java.util.Arrays;

/** How much of a matrix, one row or column an element of the n, lies at each frequency. */
final class Norms {
  private final double[] ofRows; // (n)
  private final double[] ofFrequencies; // (n / 2), from frequency 1

  private Norms(Fourier fourier, double[] ofRows) {
    this.ofRows = ofRows;
    double[] squares = Arrays.stream(ofRows).map(norm -> norm * norm).toArray();
    ofFrequencies = Arrays.stream(fourier.byFrequency(squares)).skip(1).map(Math::sqrt).toArray();
  }

  /** Of an operand's embedding, F W_E. */
  static Norms ofEmbedding(Subject subject, int operand) {
    Fourier fourier = new Fourier(subject.n());
    int n = subject.n();
    int width = subject.width();
    double[] rows = subject.embedding(operand); // (n, D)
    double[] transformed = subject.matrices().product(fourier.basis(), rows, n, n, width);
    return new Norms(fourier, rowNorms(transformed, n, width));
  }

  /** Of the readout over its classes, F W_L^T. Only where logits are read linearly. */
  static Norms ofReadout(Subject subject) {
    Fourier fourier = new Fourier(subject.n());
    int n = subject.n();
    int units = subject.hiddenWidth();
    double[] readout = subject.readout(); // (F, n)
    double[] transformed =
        subject.matrices().productWithTransposed(fourier.basis(), readout, n, n, units);
    return new Norms(fourier, rowNorms(transformed, n, units));
  }

  private static double[] rowNorms(double[] matrix, int rows, int width) {
    double[] norms = new double[rows];
    for (int i = 0; i < matrix.length; i++) {
      norms[i / width] += matrix[i] * matrix[i];
    }
    Arrays.setAll(norms, row -> Math.sqrt(norms[row]));
    return norms;
  }

  /** Norm of frequency k's part, sqrt(cos^2 + sin^2), k from 1. */
  double at(int k) {
    return ofFrequencies[k - 1];
  }

  /** Gini coefficient over the n rows of the basis, the constant one too. */
  double gini() {
    return Statistics.gini(ofRows);
  }

  /** Gini coefficient over the frequencies, from 1. */
  double frequencyGini() {
    return Statistics.gini(ofFrequencies);
  }

  /** Adds the norm of each frequency and how sparse they are, names behind a prefix. */
  void addTo(Findings found, String prefix) {
    for (int k = 1; k <= ofFrequencies.length; k++) {
      found.add(prefix + "norm." + k, at(k));
    }
    found.add(prefix + "gini", gini());
    found.add(prefix + "frequency_gini", frequencyGini());
    found.add(prefix + "participation", Statistics.inverseParticipation(ofRows));
    found.add(prefix + "frequency_participation", Statistics.inverseParticipation(ofFrequencies));
  }
}
