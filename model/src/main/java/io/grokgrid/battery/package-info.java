/**
 * All analyses there are, in one list: {@link io.grokgrid.battery.Battery}; what runs record by
 * them, and their findings in words. Depends on {@code base}, {@code train}, {@code analysis} and
 * the packages of analyses.
 */
@NullMarked
package io.grokgrid.battery;

import org.jspecify.annotations.NullMarked;
