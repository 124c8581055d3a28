/**
 * The commands that look at runs one by one: {@link io.grokgrid.inspect.ShowCommand}, to be read
 * first, shows one, {@link io.grokgrid.inspect.CompareCommand} holds two sets of them against each
 * other. Depends on {@code jobs}, {@code options}, {@code console} and {@code store}.
 */
@NullMarked
package io.grokgrid.inspect;

import org.jspecify.annotations.NullMarked;
