/**
 * Whether a store is whole, and how it is made so: {@link io.grokgrid.verify.Inspection} is the
 * class to read first. Depends on {@code tables}, {@code store} and the model.
 */
@NullMarked
package io.grokgrid.verify;

import org.jspecify.annotations.NullMarked;
