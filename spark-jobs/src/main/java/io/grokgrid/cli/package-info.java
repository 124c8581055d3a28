/**
 * The command line: {@link io.grokgrid.cli.Main}, then a class a command, which reads, refuses,
 * calls a job and prints. Depends on all packages before.
 */
@NullMarked
package io.grokgrid.cli;

import org.jspecify.annotations.NullMarked;
