package io.grokgrid.group;

import io.grokgrid.analysis.Analysis;
import io.grokgrid.analysis.Findings;
import io.grokgrid.analysis.Labels.Part;
import io.grokgrid.analysis.Subject;
import io.grokgrid.task.PermutationTask;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which irreducible representations of the permutations of five things a network works with
 * (Chughtai et al. 2023, arXiv 2302.03025). REP is {@code sign}, {@code standard}, {@code
 * standard_sign}, {@code 5d_a}, {@code 5d_b}, {@code 6d}, and for shares of weights {@code
 * trivial}:
 *
 * <ul>
 *   <li>{@code similarity.REP}: cosine of the logits, centred over classes, and the character's
 *       {@link LogitCube}; {@code explained_share}: the sum of their squares
 *   <li>{@code key_representation.REP} = 1 for each similarity above .005
 *   <li>{@code restricted_loss}: of all pairs with logits = sum over key representations of
 *       similarity x norm x unit cube, nats; {@code excluded_loss}: of the training pairs with the
 *       centred logits less that; {@code restricted_loss.REP}, {@code excluded_loss.REP}: of one
 *       representation, key or not
 *   <li>{@code embedding_share.REP}, {@code embedding_share_right.REP}, {@code
 *       unembedding_share.REP}: share of squares of the left operand's embeddings, of the right
 *       one's, of W_L (of W_U where a norm stands between) as functions on the group that lies in
 *       the span of the matrix elements; a network at random has d^2 / 120
 *   <li>{@code hidden_share_left.REP}, {@code hidden_share_right.REP}, {@code
 *       hidden_share_answer.REP}: likewise of the last hidden layer's units centred over pairs, in
 *       the span of the matrix elements of rho(a), rho(b), rho(the answer)
 * </ul>
 */
public final class Representations implements Analysis {
  @Override
  public String name() {
    return "representations";
  }

  @Override
  public Optional<String> idle(Subject subject) {
    return idleElsewhere(subject);
  }

  static Optional<String> idleElsewhere(Subject subject) {
    return subject.task() instanceof PermutationTask
        ? Optional.empty()
        : Optional.of("needs a task of permutations");
  }

  @Override
  public void measure(Subject subject, Findings found) {
    Group group = Group.permutations();
    int[] answers = subject.task().table();
    LogitCube cube = new LogitCube(group, subject.logits(), answers);
    found.add("explained_share", cube.explained());
    losses(subject, cube, cube.keyPart(), "", found);
    for (Irreducible irreducible : group.nontrivial()) {
      String name = "." + irreducible.name();
      found.add("similarity" + name, cube.similarity(irreducible));
      if (cube.isKey(irreducible)) {
        found.add("key_representation" + name, 1);
      }
      losses(subject, cube, cube.part(irreducible), name, found);
    }
    weights(subject, group, found);
    hidden(subject, group, answers, found);
  }

  private static void losses(
      Subject subject, LogitCube cube, double[] part, String name, Findings found) {
    found.add("restricted_loss" + name, subject.labels().loss(cube.restricted(part), Part.ALL));
    found.add("excluded_loss" + name, subject.labels().loss(cube.excluded(part), Part.TRAIN));
  }

  private static void weights(Subject subject, Group group, Findings found) {
    int n = group.order();
    double[] read = subject.isReadLinearly() ? subject.readout() : subject.unembedding();
    Functions left = Functions.of(subject.matrices(), subject.embedding(0), n);
    Functions right = Functions.of(subject.matrices(), subject.embedding(1), n);
    Functions out = Functions.ofRows(subject.matrices(), read, n);
    for (Irreducible irreducible : group.irreducibles()) {
      found.add("embedding_share." + irreducible.name(), left.share(irreducible));
      found.add("embedding_share_right." + irreducible.name(), right.share(irreducible));
      found.add("unembedding_share." + irreducible.name(), out.share(irreducible));
    }
  }

  private static void hidden(Subject subject, Group group, int[] answers, Findings found) {
    int n = group.order();
    int[] operands = new int[n * n];
    Arrays.setAll(operands, pair -> pair / n);
    Functions left = Functions.ofPairs(subject.matrices(), subject.hidden(), operands, n);
    Arrays.setAll(operands, pair -> pair % n);
    Functions right = Functions.ofPairs(subject.matrices(), subject.hidden(), operands, n);
    Functions answer = Functions.ofPairs(subject.matrices(), subject.hidden(), answers, n);
    for (Irreducible irreducible : group.nontrivial()) {
      found.add("hidden_share_left." + irreducible.name(), left.share(irreducible));
      found.add("hidden_share_right." + irreducible.name(), right.share(irreducible));
      found.add("hidden_share_answer." + irreducible.name(), answer.share(irreducible));
    }
  }
}
