/**
 * What is done with the weights that runs kept, on the driver and on executors: {@link
 * io.grokgrid.checkpoints.CheckpointJob}, the class to read first, does any {@link
 * io.grokgrid.checkpoints.CheckpointWork}. Depends on all packages before but {@code cli}.
 */
@NullMarked
package io.grokgrid.checkpoints;

import org.jspecify.annotations.NullMarked;
