package io.hushbus.client;

/** Something on the way does not let streams through. */
final class NoStream extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoStream() {
    super("what answers is no stream", null, false, false);
  }
}
