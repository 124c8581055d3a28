/**
 * One class a question that is asked of a network. Depends on {@code base}, {@code math}, {@code
 * task}, {@code net}, {@code train}.
 */
@NullMarked
package io.grokgrid.analysis;

import org.jspecify.annotations.NullMarked;
