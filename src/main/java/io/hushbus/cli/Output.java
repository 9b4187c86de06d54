package io.hushbus.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes data to standard output in one of the formats. JSON and YAML are the broker's own answer;
 * a table has fixed columns; {@code env} is one thing as lines that a shell can read.
 */
final class Output {

  private static final Pattern FIELD = Pattern.compile("[a-z_][a-z0-9_]*");
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintStream out;
  private final Format format;
  private final boolean colour;

  Output(PrintStream out, Format format, boolean colour) {
    this.out = out;
    this.format = format;
    this.colour = colour;
  }

  /**
   * Several things.
   *
   * @param whole the broker's answer that holds them
   */
  void list(Map<String, ?> whole, List<? extends Map<?, ?>> items, Columns columns) {
    switch (format) {
      case TABLE -> table(columns, items);
      case JSON -> out.print(JsonText.of(whole));
      case YAML -> out.print(YamlText.of(whole));
      case ENV ->
          throw new CommandFailure(
              Exit.USAGE, "-o env shows one thing: name it, or use -o json for many");
    }
    out.flush();
  }

  /** One thing; as a table, a line for each column. */
  void one(Map<String, ?> thing, Columns columns) {
    switch (format) {
      case TABLE -> lines(columns, thing);
      case JSON -> out.print(JsonText.of(thing));
      case YAML -> out.print(YamlText.of(thing));
      case ENV -> variables(thing);
    }
    out.flush();
  }

  private void lines(Columns columns, Map<String, ?> thing) {
    int width = columns.columns().stream().mapToInt(one -> one.name().length()).max().orElse(0);
    List<String> cells = columns.row(thing);
    for (int at = 0; at < cells.size(); at++) {
      String name = columns.columns().get(at).name().replace('_', ' ');
      out.println(bold(padded(name, width)) + "  " + cells.get(at));
    }
  }

  private void table(Columns columns, List<? extends Map<?, ?>> items) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.headings());
    items.forEach(item -> rows.add(columns.row(item)));
    int[] widths = widths(rows);
    for (int at = 0; at < rows.size(); at++) {
      String line = line(rows.get(at), widths);
      out.println(at == 0 ? bold(line) : line);
    }
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int at = 0; at < widths.length; at++) {
        widths[at] = Math.max(widths[at], row.get(at).length());
      }
    }
    return widths;
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int at = 0; at < widths.length; at++) {
      boolean last = at == widths.length - 1;
      line.append(last ? row.get(at) : padded(row.get(at), widths[at]) + "  ");
    }
    return line.toString();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private String bold(String text) {
    return colour ? BOLD + text + PLAIN : text;
  }

  private void variables(Map<String, ?> thing) {
    thing.forEach(
        (name, value) -> {
          if (FIELD.matcher(name).matches() && isScalar(value)) {
            out.println(name.toUpperCase(Locale.ROOT) + "=" + quoted(String.valueOf(value)));
          }
        });
  }

  private static boolean isScalar(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  /** For a POSIX shell. */
  static String quoted(String text) {
    return "'" + Visible.text(text).replace("'", "'\\''") + "'";
  }
}
