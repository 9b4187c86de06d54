package io.hushbus.outbound;

import io.hushbus.model.Network;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be reached: public ones of the internet, and what the operator allows by
 * name, such as the network of an identity provider on the premises. Everything that the registries
 * of special addresses (RFC 6890) keep for other purposes is refused: loopback, private, shared,
 * link-local with the metadata services of clouds, unique-local, documentation, benchmarking,
 * multicast, reserved; of IPv6 all that is not global unicast, so that mapped and translated forms
 * of IPv4 addresses are refused too, and tunnels that carry one.
 */
final class AddressGuard {

  private static final List<Network> CLOSED =
      networks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3",
          "2001::/23",
          "2001:db8::/32",
          "2002::/16",
          "3fff::/20");

  private static final List<Network> GLOBAL_UNICAST = networks("2000::/3");

  // Of a single provider's cloud, and yet inside of public space.
  private static final List<Network> METADATA = networks("168.63.129.16/32");

  private final List<Network> allowed;

  AddressGuard(List<Network> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /** Whether a connection to the address may be made. */
  boolean permits(InetAddress address) {
    return in(allowed, address) || isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    return switch (address) {
      case Inet4Address four -> !in(CLOSED, four) && !in(METADATA, four);
      case Inet6Address six -> in(GLOBAL_UNICAST, six) && !in(CLOSED, six);
      default -> false;
    };
  }

  private static boolean in(List<Network> networks, InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static List<Network> networks(String... texts) {
    return Stream.of(texts).map(text -> Network.parse(text).orElseThrow()).toList();
  }
}
