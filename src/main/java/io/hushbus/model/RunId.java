package io.hushbus.model;

import java.util.UUID;

/** Which run: a UUID of version 7 (RFC 9562), so that the newest are listed first by it. */
public record RunId(UUID value) {

  /** The run as somebody who calls. */
  public Principal principal() {
    return new Principal(Principal.Kind.RUN, value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
