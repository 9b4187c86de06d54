package io.hushbus.cli;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Text from elsewhere, made safe to show: what could move a terminal's cursor, colour it, or turn
 * the direction of reading becomes visible as {@code \\uXXXX}.
 */
final class Visible {

  private Visible() {}

  static String text(String text) {
    return text.chars().noneMatch(Visible::acts) ? text : escaped(text);
  }

  /** The same of a text of several lines, which stay lines. */
  static String lines(String text) {
    return Arrays.stream(text.split("\n", -1)).map(Visible::text).collect(Collectors.joining("\n"));
  }

  private static String escaped(String text) {
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int at = 0; at < text.length(); at++) {
      char one = text.charAt(at);
      shown.append(acts(one) ? escape(one) : String.valueOf(one));
    }
    return shown.toString();
  }

  static String escape(char one) {
    return String.format("\\u%04x", (int) one);
  }

  /** Controls, line separators, marks of direction, byte order marks, halves of no character. */
  static boolean acts(int one) {
    return one < 0x20
        || (one >= 0x7f && one <= 0x9f)
        || one == 0x061c
        || (one >= 0x200b && one <= 0x200f)
        || (one >= 0x2028 && one <= 0x202e)
        || (one >= 0x2060 && one <= 0x206f)
        || one == 0xfeff
        || (one >= 0xfff9 && one <= 0xfffb);
  }
}
