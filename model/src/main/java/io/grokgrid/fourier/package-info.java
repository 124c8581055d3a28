/**
 * What of a network lies at which frequency of the residues modulo n. {@link
 * io.grokgrid.fourier.Spectrum} is the class to read first, {@link io.grokgrid.fourier.Circuit}
 * what the analyses share. Depends on {@code base}, {@code math}, {@code task}, {@code tensor},
 * {@code net}, {@code analysis}.
 */
@NullMarked
package io.grokgrid.fourier;

import org.jspecify.annotations.NullMarked;
