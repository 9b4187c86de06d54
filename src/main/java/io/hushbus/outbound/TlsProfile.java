package io.hushbus.outbound;

import java.util.Optional;

/**
 * Whom a connection trusts.
 *
 * @param authorities certificates in PEM form that alone are trusted; empty: those of the system
 */
public record TlsProfile(Optional<String> authorities) {

  /** The authorities of the system. */
  public static final TlsProfile SYSTEM = new TlsProfile(Optional.empty());

  public static TlsProfile trusting(String pem) {
    return new TlsProfile(Optional.of(pem));
  }
}
