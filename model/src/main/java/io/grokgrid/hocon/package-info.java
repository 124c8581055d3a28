/**
 * Read {@link Document} first: a file, as one HOCON object in which every value knows its place.
 * Which keys there are is not known here. A value meets {@link Source}, its text, or {@link
 * Setting}; {@link Outline}, which looks over the text, and {@link Limits} with {@link
 * Substitutions}; {@link Includes}, which parse it, or {@link Unparsed}; {@link Document}, which
 * resolves it, or {@link Unresolved}; then {@link Place}, {@link Written} and {@link Problems}, for
 * what is said of it, and {@link InvalidConfiguration}. Depends on {@code base}.
 */
@NullMarked
package io.grokgrid.hocon;

import org.jspecify.annotations.NullMarked;
