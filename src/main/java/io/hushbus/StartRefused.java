package io.hushbus;

import io.hushbus.db.Migrations;

/**
 * The broker does not start, for a reason that its operator can mend: the message says what is
 * wrong, the reason what kind it is.
 */
public final class StartRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What kind of thing is wrong. */
  public enum Reason {
    /** The root key cannot be had, or may not be used as it lies there. */
    ROOT_KEY,
    /** The root key is not the one that the database was set up with. */
    WRONG_ROOT_KEY,
    /** The database has no schema. */
    NO_SCHEMA,
    /** The schema is older than this program needs. */
    OLD_SCHEMA,
    /** The schema is newer than this program knows. */
    NEW_SCHEMA,
    /** The broker's role may do more than it should. */
    WIDE_ROLE,
    /** The database has not been set up. */
    NOT_INSTALLED,
    /** The database has been set up before. */
    INSTALLED,
    /** The database does not answer, or has no schema. */
    DATABASE,
    /** An address to listen on is taken, or not this machine's. */
    ADDRESS
  }

  private final Reason reason;

  StartRefused(Reason reason, String fact) {
    super(fact, null, false, false);
    this.reason = reason;
  }

  /** Refuses unless the schema is what the program needs. */
  static void unless(Migrations.Status schema) {
    switch (schema) {
      case Migrations.Status.Current current -> {}
      case Migrations.Status.Empty empty ->
          throw new StartRefused(Reason.NO_SCHEMA, "the database has no schema");
      case Migrations.Status.Pending pending ->
          throw new StartRefused(
              Reason.OLD_SCHEMA,
              "the schema is at version %s and this program needs %s"
                  .formatted(pending.from(), pending.to()));
      case Migrations.Status.Newer newer ->
          throw new StartRefused(
              Reason.NEW_SCHEMA,
              "the schema is at version %s, newer than this program knows (%s)"
                  .formatted(newer.database(), newer.program()));
      case Migrations.Status.Unsafe unsafe ->
          throw new StartRefused(Reason.WIDE_ROLE, unsafe.reason());
    }
  }

  public Reason reason() {
    return reason;
  }
}
