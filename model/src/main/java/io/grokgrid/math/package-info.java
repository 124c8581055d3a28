/** Statistics on plain numbers, without the tensor library. Depends on {@code base}. */
@NullMarked
package io.grokgrid.math;

import org.jspecify.annotations.NullMarked;
