package io.grokgrid.algebra;

import java.util.List;

/**
 * N matrices of a shape.
 *
 * @param count N
 * @param rows of each
 * @param columns of each, without padding
 * @param parts side by side; only leaves have several
 */
public record Matrices(int count, int rows, int columns, List<Part> parts) {
  Part part() {
    if (parts.size() != 1) {
      throw new IllegalStateException("only a right factor may have parts");
    }
    return parts.get(0);
  }
}
