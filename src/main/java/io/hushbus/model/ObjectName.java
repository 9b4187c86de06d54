package io.hushbus.model;

/**
 * The name of a project, domain, community, environment or service account: 2 to 63 characters,
 * first a letter, last a letter or digit. Keeps its case, and is unique among its kind without
 * regard to case.
 */
public record ObjectName(String text) {

  public ObjectName {
    Names.check(Names.isWord(text, 2, 63), Failure.Code.BAD_NAME);
  }

  /** The form that is unique among its kind. */
  public String folded() {
    return Names.fold(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
