/**
 * Takes runs out of a store, and copies them between stores: {@link io.grokgrid.transfer.DropJob}
 * and {@link io.grokgrid.transfer.CopyJob} are the classes to read first, the commands around them
 * end in {@code Command}. Depends on {@code jobs} and all packages before.
 */
@NullMarked
package io.grokgrid.transfer;

import org.jspecify.annotations.NullMarked;
