package io.hushbus.lease;

import java.util.Locale;

/** What becomes of a need at some place. */
public enum Outcome {
  OK,
  /** No secret of that name is there, or it has no such key. */
  MISSING,
  /** It is there, and the caller may list it but not have it told. */
  FORBIDDEN,
  /** Another project of the community shares it, and this one has not adopted it. */
  NOT_ADOPTED,
  /** What it is cannot be put where the need wants it. */
  WRONG_TYPE,
  /** Two needs end in the same variable or file. */
  CLASH,
  /** More than Linux lets one environment variable have. */
  TOO_LARGE_FOR_ENV;

  /** The word used in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the secret is not there for the task, which it may be able to do without. */
  boolean absent() {
    return this == MISSING || this == FORBIDDEN || this == NOT_ADOPTED;
  }
}
