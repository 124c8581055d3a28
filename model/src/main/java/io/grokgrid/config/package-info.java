/**
 * From a configuration file to the runs of its grid: {@link io.grokgrid.config.SpecReader} is the
 * class to read first. Depends on all packages before.
 */
@NullMarked
package io.grokgrid.config;

import org.jspecify.annotations.NullMarked;
