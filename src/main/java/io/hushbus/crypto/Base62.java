package io.hushbus.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Big numbers in the digits 0-9 A-Z a-z, of fixed width with leading zeros. Works on byte arrays
 * that can be wiped; {@code BigInteger} could not.
 */
final class Base62 {

  private static final byte[] DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
          .getBytes(StandardCharsets.US_ASCII);

  private Base62() {}

  /** Writes {@code number} (big endian) as digits into {@code out}, filling {@code [from, to)}. */
  static void encode(byte[] number, byte[] out, int from, int to) {
    byte[] rest = number.clone();
    for (int at = to - 1; at >= from; at--) {
      out[at] = DIGITS[divide(rest)];
    }
    Arrays.fill(rest, (byte) 0);
  }

  /**
   * Whether {@code [from, to)} holds digits only, of a number that fits into {@code size} bytes.
   */
  static boolean decodes(byte[] text, int from, int to, int size) {
    byte[] number = new byte[size];
    boolean fits = true;
    for (int at = from; at < to; at++) {
      int digit = digit(text[at]);
      fits &= digit >= 0 && multiplyAndAdd(number, digit) == 0;
    }
    Arrays.fill(number, (byte) 0);
    return fits;
  }

  private static int digit(byte character) {
    if (character >= '0' && character <= '9') {
      return character - '0';
    }
    if (character >= 'A' && character <= 'Z') {
      return character - 'A' + 10;
    }
    return character >= 'a' && character <= 'z' ? character - 'a' + 36 : -1;
  }

  // Divides in place, returns the remainder.
  private static int divide(byte[] number) {
    int remainder = 0;
    for (int i = 0; i < number.length; i++) {
      int part = remainder << 8 | (number[i] & 0xFF);
      number[i] = (byte) (part / 62);
      remainder = part % 62;
    }
    return remainder;
  }

  // Multiplies by 62 and adds in place, returns what does not fit.
  private static int multiplyAndAdd(byte[] number, int digit) {
    int carry = digit;
    for (int i = number.length - 1; i >= 0; i--) {
      carry += (number[i] & 0xFF) * 62;
      number[i] = (byte) carry;
      carry >>= 8;
    }
    return carry;
  }
}
