/**
 * How weights leave and come: {@link io.grokgrid.weights.Safetensors}. Depends on {@code base},
 * {@code net}.
 */
@NullMarked
package io.grokgrid.weights;

import org.jspecify.annotations.NullMarked;
