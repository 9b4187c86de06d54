package io.hushbus.client;

/** No answer came: nobody listens, the name is unknown, TLS failed, or it took too long. */
public final class Unreachable extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final boolean outcomeUnknown;

  Unreachable(String what) {
    this(what, true);
  }

  private Unreachable(String what, boolean outcomeUnknown) {
    super(what, null, false, false);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Before anything was sent. */
  static Unreachable unsent(String what) {
    return new Unreachable(what, false);
  }

  /** Whether the broker may have done what was asked all the same; else nothing was sent. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
