/**
 * A run from its specification to its result: {@link io.grokgrid.experiment.Experiment} is the one
 * facade. Depends on every other package of this module.
 */
@NullMarked
package io.grokgrid.experiment;

import org.jspecify.annotations.NullMarked;
