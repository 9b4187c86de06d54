package io.hushbus.history;

/** What is known of an operation when its caller stops waiting. */
public enum Outcome {
  /** It has happened. */
  OK,
  /** It has not happened and never will. */
  FAIL,
  /** It may have happened, may happen yet, or never will. */
  INFO
}
