package io.hushbus.runner;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * How programs write bytes where these cannot stand as they are. Each form is at most six times as
 * long as the bytes, and there are at most sixteen.
 */
final class Codings {

  /** What stays as it is in an address, by RFC 3986, and what some programs leave beside that. */
  private static final String FORM = "-._*";

  private static final List<String> UNRESERVED = List.of("-._~", "-._~/", "-._~!'()*", FORM);

  private static final HexFormat LOWER = HexFormat.of();
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  private Codings() {}

  /** All forms. */
  static void each(byte[] value, Consumer<byte[]> form) {
    base64(value, form);
    hexadecimal(value, form);
    form.accept(json(value));
    asciiJson(value, form);
    for (String others : UNRESERVED) {
      form.accept(percent(value, others, UPPER));
    }
    form.accept(percent(value, UNRESERVED.getFirst(), LOWER));
    form.accept(plus(percent(value, FORM, UPPER)));
  }

  /** Base64 makes four letters of three bytes, so that there are three ways in which they fall. */
  private static void base64(byte[] value, Consumer<byte[]> form) {
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + value.length];
      System.arraycopy(value, 0, shifted, before, value.length);
      byte[] letters = Base64.getEncoder().withoutPadding().encode(shifted);
      byte[] urls = Base64.getUrlEncoder().withoutPadding().encode(shifted);
      // The letters at both ends hold bits of the neighbours as well.
      int from = before == 0 ? 0 : before + 1;
      int to = shifted.length % 3 == 0 ? letters.length : letters.length - 1;
      form.accept(Arrays.copyOfRange(letters, from, to));
      form.accept(Arrays.copyOfRange(urls, from, to));
    }
  }

  private static void hexadecimal(byte[] value, Consumer<byte[]> form) {
    form.accept(hexadecimal(value, LOWER));
    form.accept(hexadecimal(value, UPPER));
  }

  private static byte[] hexadecimal(byte[] value, HexFormat digits) {
    byte[] made = new byte[2 * value.length];
    for (int i = 0; i < value.length; i++) {
      made[2 * i] = (byte) digits.toHighHexDigit(value[i]);
      made[2 * i + 1] = (byte) digits.toLowHexDigit(value[i]);
    }
    return made;
  }

  /** As a string in JSON, with letters beyond ASCII as they are. */
  static byte[] json(byte[] value) {
    ByteArrayOutputStream made = new ByteArrayOutputStream(value.length + 16);
    for (byte one : value) {
      if (one >= 0) {
        escape(made, (char) one);
      } else {
        made.write(one);
      }
    }
    return made.toByteArray();
  }

  /** The same with letters beyond ASCII as escapes; of text alone. */
  private static void asciiJson(byte[] value, Consumer<byte[]> form) {
    CharBuffer letters;
    try {
      letters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException binary) {
      return;
    }
    ByteArrayOutputStream made = new ByteArrayOutputStream(value.length + 16);
    while (letters.hasRemaining()) {
      escape(made, letters.get());
    }
    Arrays.fill(letters.array(), '\0');
    form.accept(made.toByteArray());
  }

  private static void escape(ByteArrayOutputStream made, char letter) {
    int known = "\"\\\n\r\t\b\f".indexOf(letter);
    if (known >= 0) {
      made.write('\\');
      made.write("\"\\nrtbf".charAt(known));
    } else if (letter >= ' ' && letter <= 0x7f) {
      made.write(letter);
    } else {
      made.write('\\');
      made.write('u');
      for (int shift = 12; shift >= 0; shift -= 4) {
        made.write(LOWER.toLowHexDigit(letter >> shift));
      }
    }
  }

  /**
   * As in an address.
   *
   * @param others what stays as it is beside letters and digits
   */
  private static byte[] percent(byte[] value, String others, HexFormat digits) {
    ByteArrayOutputStream made = new ByteArrayOutputStream(value.length + 16);
    for (byte one : value) {
      if (isAlphanumeric(one) || others.indexOf(one) >= 0) {
        made.write(one);
      } else {
        made.write('%');
        made.write(digits.toHighHexDigit(one));
        made.write(digits.toLowHexDigit(one));
      }
    }
    return made.toByteArray();
  }

  /** As in a form: a space is a plus sign there. */
  private static byte[] plus(byte[] address) {
    ByteArrayOutputStream made = new ByteArrayOutputStream(address.length);
    for (int i = 0; i < address.length; i++) {
      boolean space = address[i] == '%' && address[i + 1] == '2' && address[i + 2] == '0';
      made.write(space ? '+' : address[i]);
      i += space ? 2 : 0;
    }
    return made.toByteArray();
  }

  private static boolean isAlphanumeric(byte one) {
    return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9');
  }
}
