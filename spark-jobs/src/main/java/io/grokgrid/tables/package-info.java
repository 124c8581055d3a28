/**
 * The tables that are kept, {@link io.grokgrid.tables.RunsTable}, the class to read first, and
 * {@link io.grokgrid.tables.AnalysesTable}; and the questions that have a name. Depends on the
 * model and on Spark.
 */
@NullMarked
package io.grokgrid.tables;

import org.jspecify.annotations.NullMarked;
