/**
 * The commands: {@link io.grokgrid.jobs.Main} is where they start, and the class to read first. A
 * job is a class with a constructor and {@code run}, which returns a typed result; its command
 * reads the options, refuses what is wrong before Spark starts, and prints. Depends on everything
 * else.
 */
@NullMarked
package io.grokgrid.jobs;

import org.jspecify.annotations.NullMarked;
