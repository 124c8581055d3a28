package io.grokgrid.store;

import java.io.Serializable;
import java.util.ArrayList;

/**
 * A file of rows that takes the place of others. All are named by their paths below the store's
 * root, as in URIs.
 *
 * @param put the new one; empty where every row of the others is left out
 * @param replaced those whose rows are all in it
 * @param removed those some of whose rows are left out: they are kept in {@code OUT/removed}
 */
public record Replacement(String put, ArrayList<String> replaced, ArrayList<String> removed)
    implements Serializable {}
