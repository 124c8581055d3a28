/**
 * What every other package stands on: how a value is refused ({@link io.grokgrid.base.Check}) and
 * where random numbers come from ({@link io.grokgrid.base.Randomness}). Depends on nothing but the
 * JDK.
 */
@NullMarked
package io.grokgrid.base;

import org.jspecify.annotations.NullMarked;
