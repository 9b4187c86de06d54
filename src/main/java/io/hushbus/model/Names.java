package io.hushbus.model;

import java.util.Locale;

/**
 * What the name types share: the check against a rule, and folding for uniqueness without regard to
 * case.
 */
final class Names {

  private Names() {}

  /**
   * A word of letters, digits, {@code _} and {@code -}, that begins with a letter and ends with a
   * letter or a digit: {@code [A-Za-z][A-Za-z0-9_-]*[A-Za-z0-9]}.
   */
  static boolean isWord(String text, int shortest, int longest) {
    int length = text.length();
    if (length < shortest || length > longest || !letter(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < length; i++) {
      char c = text.charAt(i);
      if (!letter(c) && !digit(c) && (i == length - 1 || (c != '_' && c != '-'))) {
        return false;
      }
    }
    return true;
  }

  /** A name of letters, digits, {@code .}, {@code _} and {@code -}. */
  static boolean isPlain(String text, int longest) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!letter(c) && !digit(c) && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= longest;
  }

  /** Refuses a text that breaks its rule, without ever repeating the text. */
  static void check(boolean fits, Failure.Code code) {
    if (!fits) {
      throw Failure.invalid("", code);
    }
  }

  private static boolean letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  /** All rules admit ASCII only, so lower case is the whole of folding. */
  static String fold(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
