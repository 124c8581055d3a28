/**
 * What Grokgrid keeps, on any Hadoop file system: {@link io.grokgrid.store.Store} is the class to
 * read first, {@link io.grokgrid.store.Publication} how rows get there, {@link
 * io.grokgrid.store.Claim} who may write. Depends on {@code tables} and the model.
 */
@NullMarked
package io.grokgrid.store;

import org.jspecify.annotations.NullMarked;
