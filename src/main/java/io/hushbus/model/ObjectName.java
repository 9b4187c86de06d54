package io.hushbus.model;

import java.util.regex.Pattern;

/**
 * The name of a project, domain, community, environment or service account: 2 to 63 characters,
 * first a letter, last a letter or digit. Keeps its case, and is unique among its kind without
 * regard to case.
 */
public record ObjectName(String text) {

  private static final Pattern RULE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,61}[A-Za-z0-9]");

  public ObjectName {
    Names.check(RULE, text, Failure.Code.BAD_NAME);
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
