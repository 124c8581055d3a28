/**
 * What Grokgrid keeps: {@link io.grokgrid.tables.RunsTable} is the one table, and the class to read
 * first; {@link io.grokgrid.tables.Store} says where its rows are, {@link io.grokgrid.tables.Views}
 * makes them ready for SQL. Depends on the model and on Spark.
 */
@NullMarked
package io.grokgrid.tables;

import org.jspecify.annotations.NullMarked;
