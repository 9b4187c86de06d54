package io.hushbus.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Network;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R-C11: what the broker may reach on behalf of somebody who named a URL. */
final class AddressGuardTest {

  private final AddressGuard guard = new AddressGuard(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void what_is_not_public_is_closed(String address) {
    assertThat(guard.permits(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "193.0.0.1",
        "2606:4700::1111",
        "2a00:1450:4001::1"
      })
  void what_is_public_is_open(String address) {
    assertThat(guard.permits(InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void what_the_operator_allows_is_open_and_nothing_beside_it() {
    var open =
        new AddressGuard(
            List.of(
                Network.parse("10.1.0.0/16").orElseThrow(),
                Network.parse("fd12:3456::/31").orElseThrow()));
    assertThat(open.permits(InetAddress.ofLiteral("10.1.255.255"))).isTrue();
    assertThat(open.permits(InetAddress.ofLiteral("10.2.0.0"))).isFalse();
    assertThat(open.permits(InetAddress.ofLiteral("fd12:3457::1"))).isTrue();
    assertThat(open.permits(InetAddress.ofLiteral("fd12:3458::1"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0/8", "host/8", "10.0.0.0/-1", "::/129", "/8"})
  void a_network_is_named_by_a_literal_address_and_a_fitting_length(String text) {
    assertThat(Network.parse(text)).isEmpty();
  }
}
