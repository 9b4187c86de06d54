package io.hushbus.runner;

import java.nio.file.Path;
import java.util.Optional;

/** Where a child finds what it needs. */
public sealed interface Target {

  /** One variable. */
  record Variable(String name) implements Target {

    /** What a variable may be called. */
    static final String RULE = "[A-Za-z_][A-Za-z0-9_]{0,254}";

    public Variable {
      if (!name.matches(RULE)) {
        throw new IllegalArgumentException(name + " is no name of a variable");
      }
    }
  }

  /**
   * A file, or of a whole secret with keys a directory with a file for each.
   *
   * @param path absolute; empty: named as the secret, in a directory that {@code HUSHBUS_FILES}
   *     names
   */
  record File(Optional<Path> path) implements Target {}

  /**
   * Variables named after the secret, or of one with keys after its keys.
   *
   * @param prefix before the keys
   */
  record Usual(Optional<String> prefix) implements Target {}
}
