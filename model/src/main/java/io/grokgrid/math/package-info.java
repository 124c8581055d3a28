/**
 * Statistics, losses, products of matrices and vector instructions on plain arrays, without the
 * tensor library: {@link io.grokgrid.math.Vectors} is the class to read first. Depends on {@code
 * base}.
 */
@NullMarked
package io.grokgrid.math;

import org.jspecify.annotations.NullMarked;
