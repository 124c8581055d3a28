/**
 * The local learning coefficient (Lau, Murfet, Wei 2023, arXiv 2308.12108): how fast the loss rises
 * around a minimum, as n_beta times the mean excess of the loss over draws from exp(-n_beta L) near
 * it. Read {@link io.grokgrid.llc.Estimate} first; its {@link io.grokgrid.llc.Chain}s are drawn by
 * {@link io.grokgrid.llc.Langevin} from a {@link io.grokgrid.llc.Potential}. {@link
 * io.grokgrid.llc.KnownSystem} is the proof: what the estimate gives where the coefficient is known
 * exactly. Depends on {@code run} and what that depends on.
 */
@NullMarked
package io.grokgrid.llc;

import org.jspecify.annotations.NullMarked;
