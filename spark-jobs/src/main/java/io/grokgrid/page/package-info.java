/**
 * One HTML file that holds its data and needs nothing else. {@link io.grokgrid.page.Page}, the
 * class to read first, puts it together; {@link io.grokgrid.page.PackedTable} is how a table lies
 * in it. Plain Java: nothing of Spark.
 */
@NullMarked
package io.grokgrid.page;

import org.jspecify.annotations.NullMarked;
