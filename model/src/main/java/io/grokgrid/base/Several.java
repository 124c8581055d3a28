package io.grokgrid.base;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Of a key whose one value is a list: {@code [0, 100]} in a file, and the text {@code 0, 100}
 * everywhere else, in the order that its record gives it.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Several {}
