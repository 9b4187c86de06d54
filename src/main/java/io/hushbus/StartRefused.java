package io.hushbus;

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

  public Reason reason() {
    return reason;
  }
}
