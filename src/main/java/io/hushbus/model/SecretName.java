package io.hushbus.model;

/**
 * The name of a secret: 3 to 63 characters, first a letter, last a letter or digit, between them
 * letters, digits, hyphen and underscore. Keeps its case, and is unique in its scope without regard
 * to case ({@link #folded()}).
 */
public record SecretName(String text) {

  public SecretName {
    Names.check(Names.isWord(text, 3, 63), Failure.Code.BAD_SECRET_NAME);
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
