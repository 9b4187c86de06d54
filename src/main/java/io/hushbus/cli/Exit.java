package io.hushbus.cli;

/** Exit codes, the same for every command. */
final class Exit {

  static final int OK = 0;
  static final int GENERAL = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 3;
  static final int DENIED = 4;
  static final int CONFLICT = 5;
  static final int OVER_BUDGET = 6;
  static final int UNREACHABLE = 7;

  /** Some of what was asked was done, and some was not. */
  static final int PARTIAL = 8;

  private Exit() {}
}
