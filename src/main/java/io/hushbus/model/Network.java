package io.hushbus.model;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * A block of network addresses in CIDR form (RFC 4632, RFC 4291): {@code 10.1.0.0/16}, {@code
 * fd00::/8}, or one address.
 */
public final class Network {

  private final byte[] address;
  private final int prefix;

  private Network(byte[] address, int prefix) {
    this.address = address;
    this.prefix = prefix;
  }

  /** The block that {@code text} names by literal addresses; empty for anything else. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    try {
      byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
      int bits = address.length * 8;
      int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      return prefix < 0 || prefix > bits
          ? Optional.empty()
          : Optional.of(new Network(address, prefix));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  // Short forms of IPv4 addresses, such as 10.1, mean different things to different programs.
  private static byte[] literal(String text) {
    InetAddress address = InetAddress.ofLiteral(text);
    if (address.getAddress().length == 4 && !address.getHostAddress().equals(text)) {
      throw new IllegalArgumentException("an IPv4 address has four decimal parts");
    }
    return address.getAddress();
  }

  /** Whether the address lies in the block. One of the other family never does. */
  public boolean contains(InetAddress other) {
    byte[] bytes = other.getAddress();
    return bytes.length == address.length
        && Arrays.mismatch(address, 0, prefix / 8, bytes, 0, prefix / 8) < 0
        && remainder(address) == remainder(bytes);
  }

  private int remainder(byte[] bytes) {
    int bits = prefix % 8;
    return bits == 0 ? 0 : (bytes[prefix / 8] & 0xFF) >>> (8 - bits);
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(address).getHostAddress() + "/" + prefix;
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("the address was parsed from a literal", e);
    }
  }
}
