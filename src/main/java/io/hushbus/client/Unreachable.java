package io.hushbus.client;

/** No answer came: nobody listens, the name is unknown, TLS failed, or it took too long. */
public final class Unreachable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Unreachable(String what) {
    super(what, null, false, false);
  }
}
