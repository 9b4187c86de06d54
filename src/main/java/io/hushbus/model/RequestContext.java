package io.hushbus.model;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a request came from: its id, and the network address of its sender as far as it can be
 * trusted.
 *
 * @param once the key under which it is done once, if it came with one
 * @param id a UUID of version 7, or the caller's own well-formed request id
 * @param certificate what the sender has shown on the connection, if anything
 */
public record RequestContext(
    UUID id, String source, Optional<ClientCertificate> certificate, Optional<Once> once) {

  /** A request whose sender has shown no certificate. */
  public RequestContext(UUID id, String source) {
    this(id, source, Optional.empty());
  }

  /** A request without an Idempotency-Key. */
  public RequestContext(UUID id, String source, Optional<ClientCertificate> certificate) {
    this(id, source, certificate, Optional.empty());
  }

  private static final int NETWORK_BYTES = 8;

  /** This request, to be done once. */
  public RequestContext under(Once key) {
    return new RequestContext(id, source, certificate, Optional.of(key));
  }

  /**
   * Whom a budget of one sender is for: an IPv4 address, or the first 64 bits of an IPv6 address,
   * since a single host has all the addresses below them at its choice.
   */
  public String network() {
    return networkOf(source);
  }

  /** The same of an address that no request has come from yet. */
  public static String networkOf(String source) {
    return source.indexOf(':') < 0 ? source : prefix(source);
  }

  private static String prefix(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return bytes.length == 2 * NETWORK_BYTES
          ? HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES)
          : address;
    } catch (IllegalArgumentException notAnAddress) {
      return address;
    }
  }
}
