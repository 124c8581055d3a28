/**
 * SQL that may only ask: {@link io.grokgrid.sql.Questions} is the class to read first. Depends on
 * {@code tables}.
 */
@NullMarked
package io.grokgrid.sql;

import org.jspecify.annotations.NullMarked;
