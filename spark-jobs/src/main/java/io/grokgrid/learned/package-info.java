/**
 * The commands that say what networks learned: {@link io.grokgrid.learned.AnalyzeCommand} is the
 * class to read first. Depends on all packages before but {@code cli}.
 */
@NullMarked
package io.grokgrid.learned;

import org.jspecify.annotations.NullMarked;
