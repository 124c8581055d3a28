/**
 * From a file to one HOCON object, in which every value knows its place; which keys there are is
 * not known here. Stages: {@link io.grokgrid.hocon.Source}, {@link io.grokgrid.hocon.Outline}
 * (counts and checks the text), {@link io.grokgrid.hocon.Includes}, {@link
 * io.grokgrid.hocon.Setting}, {@link io.grokgrid.hocon.Document}, which is the class to read first.
 * Depends on {@code base}.
 */
@NullMarked
package io.grokgrid.hocon;

import org.jspecify.annotations.NullMarked;
