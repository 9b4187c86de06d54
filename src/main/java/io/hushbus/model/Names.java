package io.hushbus.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the name types share: the check against a rule, and folding for uniqueness without regard to
 * case.
 */
final class Names {

  private Names() {}

  /** Refuses a text that breaks its rule, without ever repeating the text. */
  static void check(Pattern rule, String text, Failure.Code code) {
    if (!rule.matcher(text).matches()) {
      throw Failure.invalid("", code);
    }
  }

  /** All rules admit ASCII only, so lower case is the whole of folding. */
  static String fold(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
