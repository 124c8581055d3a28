/**
 * The command {@code report}: {@link io.grokgrid.report.ReportCommand}, to be read first, writes a
 * page of what {@link io.grokgrid.report.ReportJob} finds in a store. Depends on {@code page},
 * {@code jobs}, {@code options}, {@code console} and {@code store}.
 */
@NullMarked
package io.grokgrid.report;

import org.jspecify.annotations.NullMarked;
