package io.hushbus.runner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The strings in a value that is a JSON document, as bytes, without the names of fields. Reads the
 * document once from its beginning to its end, however deep it is, and checks no more of it than it
 * must: of a value that only looks like a document the strings are parts of the value as well.
 */
final class JsonStrings {

  private final byte[] text;
  private final List<byte[]> found = new ArrayList<>();
  private int at;

  private JsonStrings(byte[] text) {
    this.text = text;
  }

  /** Those of at least so many bytes; none of a value that is no object and no array. */
  static List<byte[]> of(byte[] value, int least) {
    JsonStrings strings = new JsonStrings(value);
    if (strings.opens()) {
      strings.read(least);
    }
    return strings.found;
  }

  private boolean opens() {
    skipBlank();
    return at < text.length && (text[at] == '{' || text[at] == '[');
  }

  private void read(int least) {
    while (at < text.length) {
      if (text[at++] != '"') {
        continue;
      }
      int end = end();
      if (end < 0) {
        return;
      }
      byte[] one = unescaped(at, end);
      at = end + 1;
      skipBlank();
      boolean field = at < text.length && text[at] == ':';
      if (!field && one.length >= least) {
        found.add(one);
      }
    }
  }

  /** Where the string ends that begins here; negative if it does not. */
  private int end() {
    for (int i = at; i < text.length; i++) {
      if (text[i] == '"') {
        return i;
      }
      if (text[i] == '\\') {
        i++;
      }
    }
    return -1;
  }

  private void skipBlank() {
    while (at < text.length && text[at] <= ' ' && text[at] >= 0) {
      at++;
    }
  }

  /** An escape is never shorter than what it stands for. */
  private byte[] unescaped(int from, int to) {
    byte[] made = new byte[to - from];
    int length = 0;
    int i = from;
    while (i < to) {
      if (text[i] != '\\') {
        made[length++] = text[i++];
        continue;
      }
      int unit = unit(i, to);
      if (unit < 0) {
        made[length++] = escaped(text[i + 1]);
        i += 2;
        continue;
      }
      int next = unit(i + 6, to);
      boolean pair = Character.isSurrogatePair((char) unit, (char) Math.max(0, next));
      int point = pair ? Character.toCodePoint((char) unit, (char) next) : unit;
      length = put(made, length, point);
      i += pair ? 12 : 6;
    }
    return Arrays.copyOf(made, length);
  }

  /** What {@code \}{@code uXXXX} stands for; negative if there is no such escape. */
  private int unit(int from, int to) {
    if (from + 6 > to || text[from] != '\\' || text[from + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = from + 2; i < from + 6; i++) {
      int digit = Character.digit(text[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  private static byte escaped(byte letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> letter;
    };
  }

  /** In UTF-8; half a pair as other programs print it. */
  private static int put(byte[] made, int length, int point) {
    int at = length;
    if (point < 0x80) {
      made[at++] = (byte) point;
    } else if (point < 0x800) {
      made[at++] = (byte) (0xc0 | (point >> 6));
      made[at++] = (byte) (0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
      made[at++] = (byte) (0xe0 | (point >> 12));
      made[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
      made[at++] = (byte) (0x80 | (point & 0x3f));
    } else {
      made[at++] = (byte) (0xf0 | (point >> 18));
      made[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      made[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
      made[at++] = (byte) (0x80 | (point & 0x3f));
    }
    return at;
  }
}
