package io.hushbus.client;

import java.util.Optional;

/** A lease or a run is over: its values may not be used any more. */
public final class LeaseEnded extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final String why;
  private final transient Optional<Refused> refusal;

  LeaseEnded(String what, String why, Optional<Refused> refusal) {
    super(what + " is over: " + why, null, false, false);
    this.why = why;
    this.refusal = refusal;
  }

  /** In a few words, such as {@code it expired}; or the code of a problem. */
  public String why() {
    return why;
  }

  /** What the broker said, if it was the broker. */
  public Optional<Refused> refusal() {
    return refusal;
  }
}
