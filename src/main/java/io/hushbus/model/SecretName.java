package io.hushbus.model;

import java.util.regex.Pattern;

/**
 * The name of a secret: 3 to 63 characters, first a letter, last a letter or digit, between them
 * letters, digits, hyphen and underscore. Keeps its case, and is unique in its scope without regard
 * to case ({@link #folded()}).
 */
public record SecretName(String text) {

  private static final Pattern RULE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{1,61}[A-Za-z0-9]");

  public SecretName {
    Names.check(RULE, text, Failure.Code.BAD_SECRET_NAME);
  }

  /** The form that is unique in a scope. */
  public String folded() {
    return Names.fold(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
