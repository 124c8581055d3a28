package io.grokgrid.group;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Subject;
import java.util.Optional;

/**
 * {@link Representations}' losses for the residues, whose characters are cos(2 pi k x / p) and
 * whose cubes cos(2 pi k (a + b - c) / p), of a - b likewise (Chughtai et al. 2023, arXiv
 * 2302.03025; not the projections of Nanda et al., which look at a and b of each class by itself):
 * {@code total_restricted_loss} of all pairs with nothing but the key cubes, {@code
 * total_excluded_loss} of the training pairs without these, nats; {@code key_frequency.k} = 1 for
 * each of similarity above .005; {@code explained_share} of the centred logits' squares that all
 * cubes have.
 */
public final class CharacterLogits implements Analysis {
  @Override
  public String name() {
    return "character_logits";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return subject.cyclicSign() == 0
        ? Optional.of("needs addition or subtraction modulo p")
        : Optional.empty();
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Group group = Group.cyclic(subject.n());
    LogitCube cube = new LogitCube(group, subject.logits(), subject.task().table());
    double[] key = cube.keyPart();
    found.add("total_restricted_loss", subject.labels().loss(cube.restricted(key), Part.ALL));
    found.add("total_excluded_loss", subject.labels().loss(cube.excluded(key), Part.TRAIN));
    found.add("explained_share", cube.explained());
    for (Irreducible irreducible : group.nontrivial()) {
      if (cube.isKey(irreducible)) {
        found.add("key_frequency." + irreducible.name(), 1);
      }
    }
  }
}
