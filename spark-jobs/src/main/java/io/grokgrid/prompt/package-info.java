/**
 * Questions one after the other of one session: {@link io.grokgrid.prompt.Dialogue} is the class to
 * read first, {@link io.grokgrid.prompt.Prompt} is the terminal before it. Depends on all packages
 * before but {@code learned}.
 */
@NullMarked
package io.grokgrid.prompt;

import org.jspecify.annotations.NullMarked;
