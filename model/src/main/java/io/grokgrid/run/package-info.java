/**
 * One run: {@link io.grokgrid.run.RunSpec} is everything that determines it, and the class to read
 * first; what it takes of time and memory is estimated here. Depends on all packages before.
 */
@NullMarked
package io.grokgrid.run;

import org.jspecify.annotations.NullMarked;
