package io.hushbus.model;

/**
 * Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Works on
 * bytes, so that a value never has to become a string to be checked.
 */
public final class Utf8 {

  private Utf8() {}

  /** Whether all of it is well formed. */
  public static boolean valid(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int length = bytes[at] >= 0 ? 1 : length(bytes, at);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** The length of the sequence that starts at {@code at}, or 0 if it is not well formed. */
  private static int length(byte[] b, int at) {
    int first = b[at] & 0xFF;
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (at + length > b.length || !second(first, b[at + 1] & 0xFF)) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((b[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /** The narrower rules for the second byte: table 3-7 of the Unicode standard. */
  private static boolean second(int first, int second) {
    return switch (first) {
      case 0xE0 -> second >= 0xA0 && second <= 0xBF;
      case 0xED -> second >= 0x80 && second <= 0x9F;
      case 0xF0 -> second >= 0x90 && second <= 0xBF;
      case 0xF4 -> second >= 0x80 && second <= 0x8F;
      default -> second >= 0x80 && second <= 0xBF;
    };
  }

  /** Writes one code point and returns the position after it. */
  public static int put(int code, byte[] out, int at) {
    if (code < 0x80) {
      out[at] = (byte) code;
      return at + 1;
    }
    if (code < 0x800) {
      out[at] = (byte) (0xC0 | (code >> 6));
      return tail(code, 1, out, at + 1);
    }
    if (code < 0x10000) {
      out[at] = (byte) (0xE0 | (code >> 12));
      return tail(code, 2, out, at + 1);
    }
    out[at] = (byte) (0xF0 | (code >> 18));
    return tail(code, 3, out, at + 1);
  }

  private static int tail(int code, int count, byte[] out, int at) {
    for (int i = count - 1; i >= 0; i--) {
      out[at + count - 1 - i] = (byte) (0x80 | ((code >> (6 * i)) & 0x3F));
    }
    return at + count;
  }
}
