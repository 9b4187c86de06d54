package io.hushbus.model;

import io.hushbus.model.Failure.Code;
import java.util.Arrays;

/**
 * JSON strings from bytes to bytes (RFC 8259 section 7), for values that must not become strings.
 */
public final class JsonText {

  private final byte[] json;
  private final String pointer;
  private final byte[] out;
  private int from = 1;
  private int to;

  private JsonText(byte[] json, String pointer) {
    this.json = json;
    this.pointer = pointer;
    this.out = new byte[json.length];
  }

  /** The position after the string that starts with the quote at {@code start}. */
  public static int end(byte[] json, int start) {
    for (int i = start + 1; i < json.length; i++) {
      if (json[i] == '"') {
        return i + 1;
      }
      if (json[i] == '\\') {
        i++;
      }
    }
    throw Failure.invalid("", Code.MALFORMED_JSON);
  }

  /** The UTF-8 content of a JSON string given with its quotes. */
  public static byte[] unescape(byte[] json, String pointer) {
    JsonText text = new JsonText(json, pointer);
    try {
      while (text.from < json.length - 1) {
        text.step();
      }
      return Arrays.copyOf(text.out, text.to);
    } finally {
      Arrays.fill(text.out, (byte) 0);
    }
  }

  private void step() {
    byte b = json[from++];
    if (b == '\\') {
      escaped();
    } else if (b >= 0 && b < 0x20) {
      throw malformed();
    } else {
      out[to++] = b;
    }
  }

  private void escaped() {
    byte letter = json[from++];
    switch (letter) {
      case '"', '\\', '/' -> out[to++] = letter;
      case 'b' -> out[to++] = '\b';
      case 'f' -> out[to++] = '\f';
      case 'n' -> out[to++] = '\n';
      case 'r' -> out[to++] = '\r';
      case 't' -> out[to++] = '\t';
      case 'u' -> to = Utf8.put(codePoint(), out, to);
      default -> throw malformed();
    }
  }

  private int codePoint() {
    int high = unit();
    if (high < 0xD800 || high > 0xDFFF) {
      return high;
    }
    boolean paired = from + 1 < json.length && json[from] == '\\' && json[from + 1] == 'u';
    if (high > 0xDBFF || !paired) {
      throw Failure.invalid(pointer, Code.BAD_UTF8);
    }
    from += 2;
    int low = unit();
    if (low < 0xDC00 || low > 0xDFFF) {
      throw Failure.invalid(pointer, Code.BAD_UTF8);
    }
    return Character.toCodePoint((char) high, (char) low);
  }

  private int unit() {
    if (from + 4 >= json.length) {
      throw malformed();
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = json[from] < 0 ? -1 : Character.digit(json[from], 16);
      if (digit < 0) {
        throw malformed();
      }
      unit = (unit << 4) | digit;
      from++;
    }
    return unit;
  }

  private static Failure malformed() {
    return Failure.invalid("", Code.MALFORMED_JSON);
  }
}
