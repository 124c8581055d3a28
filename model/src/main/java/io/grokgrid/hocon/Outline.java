package io.grokgrid.hocon;

import com.typesafe.config.ConfigSyntax;
import io.grokgrid.base.Shown;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One look over a text before the library parses it, by the same tokens: counts what {@link Limits}
 * is about, and notes where brackets, quotes, keys and values do not fit together, of which the
 * library says little that helps, or nothing.
 */
final class Outline {
  /** Characters that end a word, as in the library's Tokenizer. */
  private static final String NOT_IN_WORDS = "$\"{}[]:=,+#`^?!@*&\\";

  private static final String TRIPLE_QUOTE = "\"\"\"";

  /** What a bracket holds; the whole text is in one too. */
  private static final class Level {
    private final char bracket;
    private final int line;
    private final int depth;
    private final String name;
    private final String path;
    private int values;
    private Entry entry = new Entry();

    /**
     * @param depth brackets and elements of paths around what it holds
     * @param name the key whose value it is
     * @param path of that key
     */
    Level(char bracket, int line, int depth, String name, String path) {
      this.bracket = bracket;
      this.line = line;
      this.depth = depth;
      this.name = name;
      this.path = path;
    }

    boolean isList() {
      return bracket == '[';
    }

    boolean isWholeText() {
      return bracket == ' ';
    }

    /** For messages. */
    String opening() {
      return "the '" + bracket + (name.isEmpty() ? "'" : "' of " + name) + " in line " + line;
    }
  }

  /** The key with its value, or the value in a list, that is being read. */
  private static final class Entry {
    private boolean isAfterComma;
    private String name = "";
    private int line; // of its first token
    private int from = -1;
    private int to;
    private int elements = 1; // of the key's path
    private boolean isInclude;
    private boolean isLineEnded; // behind the key
    private int separatorLine; // of = : or {; 0 before it
    private int valueLine;
    private int length;
    private boolean hasWords;
    private boolean hasBrackets;
    private String key = "";

    boolean isEmpty() {
      return from < 0;
    }

    boolean isInKey() {
      return separatorLine == 0;
    }

    boolean lacksValue() {
      return !isInclude && !isEmpty() && valueLine == 0;
    }
  }

  private final String name;
  private final String text;
  private final boolean isJson;
  private final Limits limits;
  private final Problems problems;
  private final Deque<Level> levels = new ArrayDeque<>();
  private final boolean isNested;
  private final List<Include> includes = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean fits = true;

  /**
   * An include statement.
   *
   * @param isNested whether it stands in brackets, where paths begin elsewhere
   */
  record Include(int line, boolean isNested) {}

  private Outline(Source source, boolean isNested, Limits limits, Problems problems) {
    this.name = source.place(0).source();
    this.text = source.text();
    this.isJson = source.syntax() == ConfigSyntax.JSON;
    this.isNested = isNested;
    this.limits = limits;
    this.problems = problems;
  }

  /**
   * Looks over a text; the first thing that does not fit goes to problems.
   *
   * @param isNested whether it is included in brackets
   * @throws InvalidConfiguration if a limit is exceeded
   */
  static Outline of(Source source, boolean isNested, Limits limits, Problems problems) {
    Outline outline = new Outline(source, isNested, limits, problems);
    limits.addText(Place.of(outline.name, 0), source.text().length());
    outline.read();
    return outline;
  }

  /** Whether brackets, quotes, keys and values fit together. */
  boolean fits() {
    return fits;
  }

  /** The include statements, in their order. */
  List<Include> includes() {
    return includes;
  }

  private void read() {
    levels.push(new Level(' ', line, 0, "", ""));
    while (fits && at < text.length()) {
      token(text.charAt(at));
    }
    if (fits && !level().isWholeText()) {
      stop(level().line, level().opening() + " is never closed");
    } else if (fits && level().entry.lacksValue()) {
      stopAtValue(level().entry);
    }
  }

  private void token(char c) {
    switch (c) {
      case '\n' -> newline();
      case ',' -> comma();
      case '{', '[' -> open(c);
      case '}', ']' -> close(c);
      case '=', ':' -> separator("" + c);
      case '"' -> quoted();
      default -> {
        if (isBlank(text.codePointAt(at))) {
          at += Character.charCount(text.codePointAt(at));
        } else if (isComment()) {
          int end = text.indexOf('\n', at);
          at = end < 0 ? text.length() : end;
        } else if (text.startsWith("+=", at)) {
          separator("+=");
        } else if (text.startsWith("${", at)) {
          substitution();
        } else {
          word();
        }
      }
    }
  }

  private boolean isComment() {
    return !isJson && (text.charAt(at) == '#' || text.startsWith("//", at));
  }

  private static boolean isBlank(int symbol) {
    return switch (symbol) {
      case '\u00a0', '\u2007', '\u202f', '\ufeff' -> true;
      default -> Character.isWhitespace(symbol);
    };
  }

  private void newline() {
    Entry entry = level().entry;
    if (entry.isInclude || entry.valueLine > 0) {
      level().entry = new Entry();
    } else {
      entry.isLineEnded = !entry.isEmpty() && entry.isInKey();
    }
    at++;
    line++;
  }

  private void comma() {
    if (level().entry.lacksValue()) {
      level().entry.isAfterComma = true;
      stopAtValue(level().entry);
      return;
    }
    level().entry = new Entry();
    level().entry.isAfterComma = true;
    at++;
  }

  private void separator(String separator) {
    Level level = level();
    Entry entry = level.entry;
    if (level.isList()) {
      stop(
          line, "'" + separator + "' must not stand in a list: is " + level.opening() + " closed?");
    } else if (entry.isInclude) {
      at += separator.length(); // the library says what an include looks like
    } else if (entry.isEmpty()) {
      stop(line, "there is no key before '" + separator + "'");
    } else if (entry.isInKey()) {
      endKey(level);
      if (separator.equals("+=")) {
        addSubstitution(level, path(level));
      }
      at += separator.length();
    } else if (entry.lacksValue() || entry.valueLine > entry.separatorLine) {
      stopAtValue(entry);
    } else {
      stop(
          line,
          "a second '" + separator + "' after that of " + entry.name + "; give each key a line");
    }
  }

  private void endKey(Level level) {
    Entry entry = level.entry;
    entry.separatorLine = line;
    entry.length = 0;
    if (!entry.isEmpty()) {
      entry.key = text.substring(entry.from, entry.to);
      entry.name = Shown.cut(entry.key);
      limits.addKey(place());
      limits.checkDepth(place(), level.depth + entry.elements);
    }
  }

  private void open(char bracket) {
    Level level = level();
    Entry entry = level.entry;
    boolean isKeyed = level.isList() || !entry.isInKey();
    if (bracket == '[' && !isKeyed) {
      stop(line, entry.isEmpty() ? "must hold keys, not a list" : "there must be a '=' before '['");
      return;
    }
    if (!isKeyed) {
      endKey(level);
    } else if (entry.hasWords) {
      stop(line, "'" + bracket + "' must not follow other text in one value");
      return;
    }
    addToValue(level);
    entry.hasBrackets = true;
    int depth = level.depth + (level.isList() ? 1 : entry.elements);
    limits.checkDepth(place(), depth);
    levels.push(new Level(bracket, line, depth, entry.name, path(level)));
    at++;
  }

  private void close(char bracket) {
    Level level = level();
    char opening = bracket == '}' ? '{' : '[';
    if (level.isWholeText()) {
      stop(line, "there is no '" + opening + "' that this '" + bracket + "' could close");
    } else if (level.bracket != opening) {
      stop(line, level.opening() + " must be closed before this '" + bracket + "'");
    } else if (level.entry.lacksValue()) {
      stopAtValue(level.entry);
    } else {
      levels.pop();
      at++;
    }
  }

  private void substitution() {
    int end = at + 2;
    while (end < text.length() && text.charAt(end) != '}' && text.charAt(end) != '\n') {
      end = text.charAt(end) == '"' ? endOfQuote(end) : end + 1;
    }
    if (end >= text.length() || text.charAt(end) != '}') {
      stop(line, "${ is not closed on its line");
      return;
    }
    Level level = level();
    if (!level.isList() && level.entry.isInKey()) {
      stop(line, "a key must not hold a substitution");
      return;
    }
    String target = text.substring(text.charAt(at + 2) == '?' ? at + 3 : at + 2, end);
    int environment = String.valueOf(System.getenv(target)).length();
    limits.addPart(place(), environment, Math.max(target.length(), environment));
    addSubstitution(level, target);
    at = end + 1;
    addToValue(level);
  }

  private void addSubstitution(Level level, String target) {
    limits.addSubstitution(place(), isNested ? "" : path(level), isNested ? "" : target);
  }

  /** Of the value that is being read. */
  private static String path(Level level) {
    String key = level.entry.key;
    return level.path.isEmpty() || key.isEmpty() ? level.path + key : level.path + "." + key;
  }

  private void quoted() {
    boolean triple = text.startsWith(TRIPLE_QUOTE, at);
    int end = triple ? endOfTripleQuote(at) : endOfQuote(at);
    if (end > text.length()) {
      stop(
          line,
          triple ? "the triple quote is never closed" : "the quote is not closed on its line");
      return;
    }
    add(end, 0);
    line += (int) text.substring(at, end).chars().filter(c -> c == '\n').count();
    at = end;
  }

  /** Behind the quote that closes the one at {@code from}; behind the text if none does so. */
  private int endOfQuote(int from) {
    for (int i = from + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
      if (text.charAt(i) == '"') {
        return i + 1;
      }
      if (text.charAt(i) == '\\') {
        i++;
      }
    }
    return text.length() + 1;
  }

  /** The last of more than three quotes in a row close it. */
  private int endOfTripleQuote(int from) {
    int end = text.indexOf(TRIPLE_QUOTE, from + TRIPLE_QUOTE.length());
    if (end < 0) {
      return text.length() + 1;
    }
    end += TRIPLE_QUOTE.length();
    while (end < text.length() && text.charAt(end) == '"') {
      end++;
    }
    return end;
  }

  private void word() {
    int end = at + 1;
    while (end < text.length() && isOfWord(end)) {
      end++;
    }
    Level level = level();
    String word = text.substring(at, end);
    if (word.equals("include") && !isJson && !level.isList() && level.entry.isEmpty()) {
      level.entry.isInclude = true;
      includes.add(new Include(line, isNested || !level.isWholeText()));
    }
    add(end, (int) word.chars().filter(c -> c == '.').count());
    at = end;
  }

  private boolean isOfWord(int i) {
    return NOT_IN_WORDS.indexOf(text.charAt(i)) < 0
        && !isBlank(text.codePointAt(i))
        && (isJson || !text.startsWith("//", i));
  }

  /** A word or a quoted text from {@link #at} to {@code end}. */
  private void add(int end, int dots) {
    Level level = level();
    Entry entry = level.entry;
    if (entry.isInclude) {
      return;
    }
    if (entry.isLineEnded) {
      stopAtValue(entry);
      return;
    }
    if (entry.hasBrackets) {
      stop(line, "a list or an object must not be followed by other text in one value");
      return;
    }
    entry.length += end - at;
    limits.addPart(place(), end - at, entry.length);
    if (!level.isList() && entry.isInKey()) {
      begin(entry);
      entry.to = end;
      entry.elements += dots;
    } else {
      addToValue(level);
      entry.hasWords = true;
    }
  }

  private void begin(Entry entry) {
    if (entry.isEmpty()) {
      entry.from = at;
      entry.line = line;
    }
  }

  private void addToValue(Level level) {
    Entry entry = level.entry;
    begin(entry);
    if (entry.valueLine == 0) {
      entry.valueLine = line;
      if (level.isList()) {
        limits.checkList(Place.of(name, level.line), ++level.values);
      }
    }
  }

  private Level level() {
    return levels.element();
  }

  private Place place() {
    return Place.of(name, line);
  }

  private void stopAtValue(Entry entry) {
    String key = entry.isInKey() ? Shown.cut(text.substring(entry.from, entry.to)) : entry.name;
    boolean isListed = entry.isInKey() && entry.isAfterComma;
    String advice = isListed ? "; a list is written in brackets, [0, 1, 2]" : "";
    stop(entry.line, key + " has no value" + advice);
  }

  private void stop(int place, String message) {
    problems.add(Place.of(name, place), message);
    fits = false;
  }
}
