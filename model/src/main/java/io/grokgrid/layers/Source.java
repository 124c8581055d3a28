package io.grokgrid.layers;

import io.grokgrid.math.Vectors;

/**
 * Where a chunk's queries, keys and values are among those that were projected: in rows of their
 * own, or in those of their token and, to be added, of their position.
 */
final class Source {
  final Projections projected;
  private boolean isTable;
  private final int positions;
  private final Chunk chunk;
  private int first;

  /**
   * @param positions in a table, where the rows of positions begin that are added, or -1
   */
  Source(Projections projected, int positions, Chunk chunk) {
    this.projected = projected;
    this.positions = positions;
    this.chunk = chunk;
  }

  /**
   * Of the chunk as it is now, in which rows from {@code row} on ask.
   *
   * @param ofTokens whether the rows that were projected are a table's
   */
  void askFrom(int row, boolean ofTokens) {
    first = row;
    isTable = ofTokens;
  }

  /** A row's number among those that ask. */
  int asked(int row) {
    return row - first;
  }

  /** Where a row's queries begin. */
  int query(int row) {
    return Vectors.LEAD + (isTable ? chunk.token(row) : row - first) * projected.joint;
  }

  /** Where a row's keys begin; its values follow. */
  int key(int row) {
    return Vectors.LEAD + (isTable ? chunk.token(row) : row) * 2 * projected.joint;
  }

  /** Whether rows of positions are added. */
  boolean isPlaced() {
    return isTable && positions >= 0;
  }

  /** Where the queries of position t begin. */
  int placedQuery(int t) {
    return Vectors.LEAD + (positions + t) * projected.joint;
  }

  /** Where the keys of position t begin. */
  int placedKey(int t) {
    return Vectors.LEAD + (positions + t) * 2 * projected.joint;
  }
}
