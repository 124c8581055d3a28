/**
 * The keys of {@code run}: which there are, their defaults, how their values are read, what they
 * are worked out from, and the ids of runs. {@link io.grokgrid.keys.Key} is the class to read
 * first. Depends on {@code base}, {@code run}, {@code hocon} and what they depend on.
 */
@NullMarked
package io.grokgrid.keys;

import org.jspecify.annotations.NullMarked;
