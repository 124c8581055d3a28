/**
 * What is printed, and how: {@link io.grokgrid.console.Console} is the class to read first. Imports
 * no Spark; depends on {@code store} and the model.
 */
@NullMarked
package io.grokgrid.console;

import org.jspecify.annotations.NullMarked;
