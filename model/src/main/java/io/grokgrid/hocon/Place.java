package io.grokgrid.hocon;

import com.typesafe.config.ConfigOrigin;
import io.grokgrid.base.Shown;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a value was written.
 *
 * @param source a file as the user named it, {@code default}, or a whole {@code --set path=value};
 *     what cannot be seen in it escaped, see {@link Shown#whole}
 * @param line counted from 1; 0 where lines mean nothing
 */
public record Place(String source, int line) {
  public static final String DEFAULT = "default";
  static final String SETTING = "--set ";

  /** The library joins the origins of values that it merges; the first one has precedence. */
  private static final Pattern MERGED = Pattern.compile("merge of (.*?): (\\d+)(-\\d+)?,.*");

  public static Place of(ConfigOrigin origin) {
    String source = origin.withLineNumber(-1).description();
    Matcher merged = MERGED.matcher(source);
    if (merged.matches()) {
      return of(merged.group(1), Integer.parseInt(merged.group(2)));
    }
    return of(source, origin.lineNumber());
  }

  /** All of a file, as the user named it. */
  public static Place of(Path file) {
    return of(Shown.whole(file.toString()), 0);
  }

  public static Place of(String source, int line) {
    boolean lines = !source.equals(DEFAULT) && !source.startsWith(SETTING) && line > 0;
    return new Place(source, lines ? line : 0);
  }

  public boolean isSetting() {
    return source.startsWith(SETTING);
  }

  /** Whether it is in this file, not in one that it includes, or in a setting. */
  public boolean isOf(String file) {
    return isSetting() || source.equals(file);
  }

  public boolean isDefault() {
    return source.equals(DEFAULT);
  }

  /** {@code conf/bad.conf:12}, or the source alone; of a long setting the beginning. */
  @Override
  public String toString() {
    String shown = isSetting() ? Shown.cut(source) : source;
    return line == 0 ? shown : shown + ":" + line;
  }
}
