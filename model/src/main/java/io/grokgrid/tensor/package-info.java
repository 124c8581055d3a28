/**
 * What this project has around the tensor engine: {@link io.grokgrid.tensor.Autograd} is the class
 * to read first, and the one that knows the engine's native interface. Depends on {@code base},
 * {@code math}.
 */
@NullMarked
package io.grokgrid.tensor;

import org.jspecify.annotations.NullMarked;
