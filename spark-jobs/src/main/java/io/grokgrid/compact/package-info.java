/**
 * Puts many small files of rows together into few large ones: {@link
 * io.grokgrid.compact.CompactJob} is the class to read first. Depends on {@code verify}, {@code
 * options} and all packages before.
 */
@NullMarked
package io.grokgrid.compact;

import org.jspecify.annotations.NullMarked;
