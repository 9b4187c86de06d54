package io.hushbus.model;

/**
 * The name of one entry inside a secret (its "key"): 1 to 127 of letters, digits, dot, underscore,
 * hyphen. Case-sensitive.
 */
public record EntryName(String text) implements Comparable<EntryName> {

  /** The one entry of a text, json or docker_config secret. A file's entry is named as its file. */
  public static final EntryName VALUE = new EntryName("value");

  public EntryName {
    Names.check(Names.isPlain(text, 127), Failure.Code.BAD_ENTRY_NAME);
  }

  @Override
  public int compareTo(EntryName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
