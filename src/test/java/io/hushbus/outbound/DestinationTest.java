package io.hushbus.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R-C11: a URL means one thing, and ends no line of a request. */
final class DestinationTest {

  @Test
  void a_url_is_taken_apart() {
    assertThat(Destination.parse("https://IdP.test/keys?v=1"))
        .contains(new Destination(true, "idp.test", 443, "/keys?v=1"));
    assertThat(Destination.parse("https://[2606:4700::1111]:8443"))
        .contains(new Destination(true, "2606:4700::1111", 8443, "/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "idp.test/keys",
        "ftp://idp.test/",
        "file:///etc/passwd",
        "jar:https://idp.test/",
        "https:///keys",
        "https://user:secret@idp.test/",
        "https://public.test@127.0.0.1/",
        "https://idp.test/#fragment",
        "https://idp.test:0/",
        "https://idp.test:65536/",
        "https://idp.test/a\r\nHost: other",
        "https://idp.test/a\nb",
        "https://idp.test/a b",
        "https://idp.test\\@127.0.0.1/",
        "https://idp_test%2f/",
        "https://ïdp.test/"
      })
  void what_could_mean_two_things_is_refused(String url) {
    assertThat(Destination.parse(url)).isEmpty();
  }

  @Test
  void a_very_long_url_is_refused() {
    assertThat(Destination.parse("https://idp.test/" + "a".repeat(2048))).isEmpty();
  }
}
