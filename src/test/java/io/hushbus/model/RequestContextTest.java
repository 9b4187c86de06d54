package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestContextTest {

  @Test
  void all_addresses_of_one_ipv6_network_are_one_sender() {
    assertThat(network("2001:db8:1:2::1")).isEqualTo(network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assertThat(network("2001:db8:1:2::1")).isNotEqualTo(network("2001:db8:1:3::1"));
  }

  @Test
  void each_ipv4_address_is_a_sender_of_its_own() {
    assertThat(network("192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(network("192.0.2.2")).isNotEqualTo(network("192.0.2.1"));
  }

  @Test
  void what_is_no_address_stands_for_itself() {
    assertThat(network("")).isEmpty();
    assertThat(network("not:an:address")).isEqualTo("not:an:address");
  }

  private static String network(String source) {
    return new RequestContext(new UUID(0, 1), source).network();
  }
}
