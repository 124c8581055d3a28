package io.grokgrid.fourier;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Subject;
import io.grokgrid.math.Fourier;
import java.util.Optional;

/**
 * How alike the logits are to a character of the cyclic group: named {@code k}, the cosine of the
 * angle between all logits, less their mean over the classes of their pair, and the cube cos(2 pi k
 * (a + b - c) / p) over a, b and c (Chughtai et al. 2023, arXiv 2302.03025; a - b - c for
 * subtraction). k from 1 to p / 2; NaN where the logits don't depend on the class.
 */
public final class FourierSimilarity implements Analysis {
  @Override
  public String name() {
    return "fourier_similarity";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return Circuit.idle(subject);
  }

  @Override
  public void measure(Subject subject, Findings found) {
    int n = subject.n();
    double[] centred = centred(subject.logits(), n);
    double[] sums = sums(centred, n, subject.cyclicSign());
    double norm = 0;
    for (double logit : centred) {
      norm += logit * logit;
    }
    Fourier fourier = new Fourier(n);
    for (int k = 1; k <= fourier.frequencies(); k++) {
      // The basis's cosine has norm 1 over its n values, each of which n^2 cells of the cube have.
      double product = 0;
      for (int d = 0; d < n; d++) {
        product += fourier.basis()[Fourier.cosine(k) * n + d] * sums[d] / n;
      }
      found.add(Integer.toString(k), product / Math.sqrt(norm));
    }
  }

  private static double[] centred(double[] logits, int n) {
    double[] centred = logits.clone();
    for (int at = 0; at < logits.length; at += n) {
      double sum = 0;
      for (int c = 0; c < n; c++) {
        sum += logits[at + c];
      }
      for (int c = 0; c < n; c++) {
        centred[at + c] -= sum / n;
      }
    }
    return centred;
  }

  /** Over all a, b and c with the same a + b' - c modulo n: (n). */
  private static double[] sums(double[] logits, int n, int sign) {
    double[] sums = new double[n];
    for (int pair = 0; pair < n * n; pair++) {
      int answer = Math.floorMod(pair / n + sign * (pair % n), n);
      for (int c = 0; c < n; c++) {
        sums[answer >= c ? answer - c : answer - c + n] += logits[pair * n + c];
      }
    }
    return sums;
  }
}
