/**
 * What Grokgrid keeps, on any Hadoop file system: {@link io.grokgrid.store.Store} is the class to
 * read first. Depends on {@code tables} and the model.
 */
@NullMarked
package io.grokgrid.store;

import org.jspecify.annotations.NullMarked;
