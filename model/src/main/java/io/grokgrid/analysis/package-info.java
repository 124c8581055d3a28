/**
 * One class a question that is asked of a network, an {@link io.grokgrid.train.Analysis}: {@link
 * io.grokgrid.analysis.Basics} is the class to read first. Depends on {@code task}, {@code train}.
 */
@NullMarked
package io.grokgrid.analysis;

import org.jspecify.annotations.NullMarked;
