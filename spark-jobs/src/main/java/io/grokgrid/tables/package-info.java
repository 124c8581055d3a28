/**
 * The one table that is kept, {@link io.grokgrid.tables.RunsTable}, the class to read first, and
 * the questions that have a name. Depends on the model and on Spark.
 */
@NullMarked
package io.grokgrid.tables;

import org.jspecify.annotations.NullMarked;
