package io.hushbus.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Which people may read the values of a project's secrets. */
public enum Reveal {
  /** Nobody: values are write-only for people. */
  OFF,
  /** Editors and admins. */
  EDITOR,
  /** Developers, editors and admins. */
  DEVELOPER;

  /** The right it takes; empty: no right is enough. */
  public Optional<Action> needs() {
    return switch (this) {
      case OFF -> Optional.empty();
      case EDITOR -> Optional.of(Action.SECRET_REVEAL_STRICT);
      case DEVELOPER -> Optional.of(Action.SECRET_REVEAL);
    };
  }

  /** The word used in the API and the database: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Reveal> of(String word) {
    return Stream.of(values()).filter(one -> one.word().equals(word)).findFirst();
  }
}
