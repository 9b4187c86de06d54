package io.hushbus.client;

import java.io.IOException;

/** An answer, or an event, has more bytes than anybody wants to hold. */
final class TooLong extends IOException {

  private static final long serialVersionUID = 1L;

  TooLong() {
    super("more bytes than are taken");
  }
}
