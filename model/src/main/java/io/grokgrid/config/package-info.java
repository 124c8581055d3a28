/**
 * Read {@link SpecReader} first: from a configuration file to the runs of its grid. A value meets
 * {@link Base}, if {@code run} or {@code sweep} has it, or {@link Axis} and {@link Range}, if the
 * grid has it: now it is {@link Given}, with its key and place; {@link Product}, whose points are
 * runs; {@link Grid}, which makes them, or {@link Refusals} and {@link IdleKeys}; {@link Twins} and
 * {@link Notes}, which look at all runs together; {@link Study} and its {@link PlannedRun}s, or
 * {@link Resolved}, its text. Depends on all packages before.
 */
@NullMarked
package io.grokgrid.config;

import org.jspecify.annotations.NullMarked;
