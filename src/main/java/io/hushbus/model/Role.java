package io.hushbus.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a principal was made, by a binding, for a tenant or one of its projects. What each role may
 * is {@code AccessRule}'s.
 */
public enum Role {
  VIEWER,
  DEVELOPER,
  EDITOR,
  ADMIN,
  RUNNER,
  AUDITOR,
  OPERATOR;

  /** The word used in the API and the database: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> of(String word) {
    return Stream.of(values()).filter(role -> role.word().equals(word)).findFirst();
  }
}
