/**
 * The command {@code nightly}: {@link io.grokgrid.night.NightlyCommand}, to be read first, has
 * {@link io.grokgrid.night.Night} run the other commands one after another and {@link
 * io.grokgrid.night.NightFile} keep what came of it. Depends on {@code inspect} and all packages
 * before, not on the commands themselves.
 */
@NullMarked
package io.grokgrid.night;

import org.jspecify.annotations.NullMarked;
