/**
 * Spark, as commands use it: {@link io.grokgrid.session.Sessions} is the class to read first.
 * Depends on {@code console}.
 */
@NullMarked
package io.grokgrid.session;

import org.jspecify.annotations.NullMarked;
