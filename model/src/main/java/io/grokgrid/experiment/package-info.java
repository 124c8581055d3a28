/**
 * A run from configuration to result: {@link io.grokgrid.experiment.Experiment} is the one facade.
 * Depends on every other package of this module.
 */
@NullMarked
package io.grokgrid.experiment;

import org.jspecify.annotations.NullMarked;
