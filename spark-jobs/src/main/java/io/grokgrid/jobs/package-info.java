/**
 * What the commands do: a job is a class with a constructor and {@code run}, which returns a typed
 * result. {@link io.grokgrid.jobs.SweepJob} and {@link io.grokgrid.jobs.TrainRuns}, the driver's
 * and the executors' side of a sweep, are the classes to read first. Depends on all packages before
 * but {@code cli}.
 */
@NullMarked
package io.grokgrid.jobs;

import org.jspecify.annotations.NullMarked;
