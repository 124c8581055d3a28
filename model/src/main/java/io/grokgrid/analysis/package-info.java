/**
 * What a network learned: one class a question, an {@link io.grokgrid.analysis.Analysis}, that is
 * asked of a {@link io.grokgrid.analysis.Subject}, the class to read first. Depends on {@code
 * math}, {@code task}, {@code tensor}, {@code net}, {@code train}.
 */
@NullMarked
package io.grokgrid.analysis;

import org.jspecify.annotations.NullMarked;
