package io.hushbus.imports;

import io.hushbus.model.EntryName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of {@code NAME=value} from bytes to bytes.
 *
 * <p>{@code export} before a name and white space around the equals sign are allowed. A value
 * without quotes ends at the end of its line, or before a {@code #} that follows white space. A
 * value in single quotes or back-quotes is as it stands, one in double quotes knows {@code \n \r \t
 * \" \\ \$}, and all may go over several lines. Nothing is expanded: {@code $HOME} stays as it is
 * written.
 */
public final class Dotenv {

  private static final byte[] EXPORT = "export".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BEGIN = "-----BEGIN ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "-----END ".getBytes(StandardCharsets.US_ASCII);
  private static final String ENTRY = "[A-Za-z_][A-Za-z0-9_.-]{0,126}";

  /**
   * A variable.
   *
   * @param line where it begins, from 1
   */
  public record Variable(EntryName name, SecretValue value, int line) {}

  /**
   * What a file holds.
   *
   * @param variables in the order of the file; none if there is a problem
   */
  public record Variables(List<Variable> variables, List<Problem> problems)
      implements AutoCloseable {
    @Override
    public void close() {
      variables.forEach(variable -> variable.value().close());
    }
  }

  private final byte[] in;
  private final List<Variable> variables = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Map<EntryName, Integer> seen = new HashMap<>();
  private int at;
  private int line = 1;

  private Dotenv(byte[] in) {
    this.in = in;
  }

  /** All variables of a file, or all its problems. */
  public static Variables read(byte[] file) {
    return through(file).all();
  }

  private static Dotenv through(byte[] file) {
    Dotenv reader = new Dotenv(file);
    reader.at = startsAt(file, 0, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}) ? 3 : 0;
    while (reader.at < file.length) {
      reader.statement();
    }
    return reader;
  }

  static void read(byte[] file, Findings findings) {
    Dotenv read = through(file);
    read.problems.forEach(wrong -> findings.problem(wrong.line(), wrong.sentence()));
    if (findings.wishes().into().isEmpty()) {
      read.variables.forEach(
          one -> findings.single(one.name().text(), SecretType.TEXT, one.value(), one.line()));
    } else if (!read.variables.isEmpty()) {
      Map<EntryName, SecretValue> entries = new HashMap<>();
      read.variables.forEach(one -> entries.put(one.name(), one.value()));
      String name = findings.wishes().into().get().text();
      findings.found(name, SecretType.KEY_VALUE, entries, "", 1);
    }
  }

  private Variables all() {
    if (!problems.isEmpty()) {
      variables.forEach(one -> one.value().close());
      variables.clear();
    }
    return new Variables(List.copyOf(variables), List.copyOf(problems));
  }

  /** One line with all that belongs to it; stands behind its end afterwards. */
  private void statement() {
    blanks();
    if (atEnd() || in[at] == '#') {
      nextLine();
      return;
    }
    int begun = line;
    String name = name();
    if (name.isEmpty()) {
      nextLine();
      return;
    }
    byte[] value = value(begun);
    if (value != null) {
      keep(new EntryName(name), SecretValue.owning(value), begun);
    }
  }

  private void keep(EntryName name, SecretValue value, int begun) {
    Integer earlier = seen.putIfAbsent(name, begun);
    if (earlier == null) {
      variables.add(new Variable(name, value, begun));
      return;
    }
    value.close();
    problems.add(new Problem(begun, "`%s` was already given in line %d".formatted(name, earlier)));
  }

  /** The name before the equals sign, which is read as well; empty if there is none. */
  private String name() {
    if (startsAt(in, at, EXPORT)
        && at + EXPORT.length < in.length
        && blank(in[at + EXPORT.length])) {
      at += EXPORT.length;
      blanks();
    }
    int end = at;
    while (end < in.length && in[end] != '=' && in[end] != '\n') {
      end++;
    }
    if (end == in.length || in[end] == '\n') {
      problems.add(
          new Problem(line, "this is no NAME=value: a value of several lines needs quotes"));
      return "";
    }
    String name = new String(in, at, Math.min(end - at, 200), StandardCharsets.ISO_8859_1).strip();
    if (!name.matches(ENTRY)) {
      problems.add(
          new Problem(line, "what stands before the equals sign is no name of a variable"));
      return "";
    }
    at = end + 1;
    return name;
  }

  private byte @Nullable [] value(int begun) {
    blanks();
    if (!atEnd() && (in[at] == '"' || in[at] == '\'' || in[at] == '`')) {
      return quoted(in[at], begun);
    }
    int end = at;
    while (end < in.length && in[end] != '\n' && !comment(end)) {
      end++;
    }
    int last = end;
    while (last > at && blank(in[last - 1])) {
      last--;
    }
    byte[] value = Arrays.copyOfRange(in, at, last);
    nextLine();
    return isCutBlock(value) ? skipBlock(value, begun) : value;
  }

  private boolean comment(int position) {
    return in[position] == '#' && (position == at || blank(in[position - 1]));
  }

  private static boolean isCutBlock(byte[] value) {
    return startsAt(value, 0, BEGIN) && indexOf(value, END) < 0;
  }

  /** A key in PEM form without quotes: its lines must not be taken for variables. */
  private byte @Nullable [] skipBlock(byte[] value, int begun) {
    Arrays.fill(value, (byte) 0);
    problems.add(new Problem(begun, "a key of several lines needs quotes around it"));
    boolean end = false;
    while (at < in.length && !end) {
      end = startsAt(in, at, END);
      nextLine();
    }
    return null;
  }

  private byte @Nullable [] quoted(byte quote, int begun) {
    at++;
    byte[] out = new byte[end(quote) - at];
    int length = 0;
    while (at < in.length && in[at] != quote) {
      line += in[at] == '\n' ? 1 : 0;
      if (quote == '"' && in[at] == '\\' && at + 1 < in.length) {
        length = escaped(out, length);
      } else {
        out[length++] = in[at++];
      }
    }
    byte[] value = Arrays.copyOf(out, length);
    Arrays.fill(out, (byte) 0);
    return closed(value, begun) ? value : null;
  }

  /** Where the quote that was opened closes; the end of the file if it does not. */
  private int end(byte quote) {
    int end = at;
    while (end < in.length && in[end] != quote) {
      boolean pair = quote == '"' && in[end] == '\\' && end + 1 < in.length;
      end += pair ? 2 : 1;
    }
    return end;
  }

  /** What a backslash and the next byte stand for; both, where that is nothing. */
  private int escaped(byte[] out, int length) {
    byte letter = in[at + 1];
    int to = length;
    switch (letter) {
      case 'n' -> out[to++] = '\n';
      case 'r' -> out[to++] = '\r';
      case 't' -> out[to++] = '\t';
      case '"', '\\', '$' -> out[to++] = letter;
      default -> {
        out[to++] = '\\';
        out[to++] = letter;
        line += letter == '\n' ? 1 : 0;
      }
    }
    at += 2;
    return to;
  }

  /** Whether the quote is there and nothing follows it; reads to the end of the line. */
  private boolean closed(byte[] value, int begun) {
    if (at == in.length) {
      Arrays.fill(value, (byte) 0);
      problems.add(new Problem(begun, "the quote that begins here has no end"));
      return false;
    }
    at++;
    blanks();
    boolean alone = atEnd() || in[at] == '#';
    if (!alone) {
      Arrays.fill(value, (byte) 0);
      problems.add(new Problem(line, "something follows the closing quote"));
    }
    nextLine();
    return alone;
  }

  private void blanks() {
    while (at < in.length && blank(in[at])) {
      at++;
    }
  }

  private boolean atEnd() {
    return at == in.length || in[at] == '\n';
  }

  private void nextLine() {
    while (!atEnd()) {
      at++;
    }
    if (at < in.length) {
      at++;
      line++;
    }
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  private static boolean startsAt(byte[] in, int from, byte[] what) {
    int same = 0;
    while (same < what.length && from + same < in.length && in[from + same] == what[same]) {
      same++;
    }
    return same == what.length;
  }

  private static int indexOf(byte[] in, byte[] what) {
    for (int i = 0; i + what.length <= in.length; i++) {
      if (startsAt(in, i, what)) {
        return i;
      }
    }
    return -1;
  }
}
