package io.grokgrid.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command answers.
 *
 * @param rows their values are null, Boolean, Number, String, Instant, LocalDate, or lists and maps
 *     of these; read once
 */
public record Table(List<String> columns, Iterable<List<@Nullable Object>> rows) {}
