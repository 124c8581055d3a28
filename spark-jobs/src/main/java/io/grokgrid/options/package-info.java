/**
 * What commands share: {@link io.grokgrid.options.Options}, the class to read first, are theirs on
 * the command line. Depends on {@code store}, {@code console}, {@code session} and the model.
 */
@NullMarked
package io.grokgrid.options;

import org.jspecify.annotations.NullMarked;
