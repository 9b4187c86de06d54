package io.hushbus.model;

import java.util.Locale;
import java.util.UUID;

/** Who: one identity of a tenant. A run and an external workload are principals too. */
public record Principal(Kind kind, UUID id) {

  /** The kinds of identity. */
  public enum Kind {
    SERVICE_ACCOUNT,
    USER,
    RUN,
    /** A workload that an identity provider vouches for. */
    EXTERNAL,
    /** The broker itself, in its background jobs. */
    SYSTEM;

    /** The word used in the API and the database: stable for ever. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException for an unknown word, which only a foreign hand can have
     *     written to the database
     */
    public static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** The form used in answers, audit records and events: {@code service_account:<id>}. */
  @Override
  public String toString() {
    return kind.word() + ":" + id;
  }
}
