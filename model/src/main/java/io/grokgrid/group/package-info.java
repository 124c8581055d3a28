/**
 * What a network learned of a group, the permutations of five things or the residues: its logits
 * and weights against irreducible representations, its neurons against cosets of subgroups. {@link
 * io.grokgrid.group.LogitCube} is the class to read first. Depends on {@code math}, {@code task},
 * {@code tensor}, {@code analysis}.
 */
@NullMarked
package io.grokgrid.group;

import org.jspecify.annotations.NullMarked;
