/**
 * Read {@link Key} first: which keys there are, each a {@link Part} of some records. A value meets
 * {@link Chosen}, the {@link Kinds} that its runs can be of; {@link Leaves}, which find its key, or
 * {@link Meant} and {@link OtherNames}; {@link Defaults}, where the file has none; {@link Values},
 * which read it; {@link KeyValues}, which hold it; {@link Auto}, where it is worked out from
 * others; {@link RunSpecs}, which put it into its record, a {@link Section}; {@link Idle}, where it
 * says nothing beside others, by a {@link Condition}; {@link RunId}, the name of its run. Depends
 * on {@code base}, {@code run}, {@code llc}, {@code hocon} and what they depend on.
 */
@NullMarked
package io.grokgrid.keys;

import org.jspecify.annotations.NullMarked;
