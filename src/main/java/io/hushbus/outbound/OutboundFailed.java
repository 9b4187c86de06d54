package io.hushbus.outbound;

import java.util.Locale;

/**
 * A request to the outside that brought no answer. Has no text of the other side in it, so it may
 * be logged; it is for whoever asked, and never an answer to a client as it is.
 */
public final class OutboundFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why there was no answer. */
  public enum Reason {
    /** The URI is not one that may be asked. */
    URI,
    /** The name has no address, or could not be resolved in time. */
    NAME,
    /** One of the addresses is none that may be reached. */
    ADDRESS,
    /** Nobody answered there, or not as TLS and HTTP have it. */
    CONNECTION,
    /** The answer was larger than the request allows. */
    SIZE,
    /** The time was over. */
    DEADLINE,
    /** Too many requests are under way. */
    BUSY;

    /** The word for logs and metrics. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Reason reason;

  OutboundFailed(Reason reason) {
    super("outbound request failed: " + reason.word(), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
