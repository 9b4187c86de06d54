package io.hushbus.runner;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * The forms in which a value may be printed, and which of them are hidden. White space around a
 * value is left out of account.
 *
 * <ul>
 *   <li>the value itself, if it has {@value #LEAST} bytes or more; shorter ones are words of any
 *       output, and hiding them would show them by what is missing;
 *   <li>of one with several lines each line of {@value #LEAST_LINE} bytes or more, and the whole
 *       with the line ends of a terminal;
 *   <li>of a JSON document each string of {@value #LEAST_LINE} bytes or more;
 *   <li>of one with {@value #LEAST_LINE} to {@value #PIECE} bytes, and of such strings, the {@link
 *       Codings}: Base64, plain and for URLs, also where it stands amid other text that was encoded
 *       with it; hexadecimal; as in a JSON string; as in an address.
 * </ul>
 *
 * <p>A form of more than {@value #PIECE} bytes is hidden piece by piece, each of that size.
 */
final class Patterns {

  static final int LEAST = 4;
  static final int LEAST_LINE = 8;
  static final int PIECE = 16 * 1024;

  private Patterns() {}

  /** The value as it is, and its lines; nothing for one that is too short. */
  static Set<byte[]> plain(byte[] value) {
    Set<byte[]> all = none();
    byte[] core = stripped(value, 0, value.length);
    if (core.length >= LEAST) {
      cut(all, core);
      lines(all, core);
    }
    return all;
  }

  /** The strings in a value that is a JSON document, as such, and as they stand in documents. */
  static Set<byte[]> leaves(byte[] value) {
    Set<byte[]> all = none();
    for (byte[] leaf : JsonStrings.of(value, LEAST_LINE)) {
      all.addAll(plain(leaf));
      cut(all, Codings.json(leaf));
    }
    return all;
  }

  /**
   * Its codings, and those of its leaves; nothing for what is too short, or longer than a piece.
   */
  static Set<byte[]> encoded(byte[] value) {
    Set<byte[]> all = none();
    encode(all, value);
    JsonStrings.of(value, LEAST_LINE).forEach(leaf -> encode(all, leaf));
    return all;
  }

  private static void encode(Set<byte[]> all, byte[] value) {
    byte[] core = stripped(value, 0, value.length);
    if (core.length >= LEAST_LINE && value.length <= PIECE) {
      Codings.each(value, form -> cut(all, form));
      Codings.each(core, form -> cut(all, form));
    }
  }

  private static Set<byte[]> none() {
    return new TreeSet<>(Arrays::compareUnsigned);
  }

  private static void lines(Set<byte[]> all, byte[] core) {
    int start = 0;
    boolean several = false;
    for (int i = 0; i <= core.length; i++) {
      if (i < core.length && core[i] != '\n') {
        continue;
      }
      several |= i < core.length;
      byte[] line = stripped(core, start, i);
      if (several && line.length >= LEAST_LINE) {
        cut(all, line);
      }
      start = i + 1;
    }
    if (several) {
      cut(all, withCarriageReturns(core));
    }
  }

  private static byte[] withCarriageReturns(byte[] text) {
    ByteArrayOutputStream made = new ByteArrayOutputStream(text.length + 64);
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) {
        made.write('\r');
      }
      made.write(text[i]);
    }
    return made.toByteArray();
  }

  private static void cut(Set<byte[]> all, byte[] form) {
    if (form.length <= PIECE) {
      all.add(form);
      return;
    }
    for (int from = 0; from < form.length; from += PIECE) {
      int begin = Math.min(from, form.length - PIECE);
      all.add(Arrays.copyOfRange(form, begin, begin + PIECE));
    }
  }

  private static byte[] stripped(byte[] text, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && blank(text[start])) {
      start++;
    }
    while (end > start && blank(text[end - 1])) {
      end--;
    }
    return Arrays.copyOfRange(text, start, end);
  }

  private static boolean blank(byte one) {
    return one == ' ' || one == '\t' || one == '\r' || one == '\n';
  }
}
