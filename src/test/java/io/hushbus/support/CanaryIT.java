package io.hushbus.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The canary search itself: it sees a value in every form, and does not see what is not there. */
final class CanaryIT {

  private final String value = Canary.value();

  @Test
  void a_value_is_seen_in_every_form() {
    byte[] bytes = ("before" + value + "behind").getBytes(StandardCharsets.UTF_8);
    assertThat(seen("a " + value + " b")).isTrue();
    assertThat(seen(URLEncoder.encode("x " + value, StandardCharsets.UTF_8))).isTrue();
    assertThat(seen(HexFormat.of().formatHex(bytes))).isTrue();
    assertThat(seen(HexFormat.of().withUpperCase().formatHex(bytes))).isTrue();
  }

  @Test
  void a_value_is_seen_in_base64_at_every_alignment() {
    for (String before : List.of("", "1", "12", "123")) {
      byte[] bytes = (before + value + "behind").getBytes(StandardCharsets.UTF_8);
      assertThat(seen(Base64.getEncoder().encodeToString(bytes))).isTrue();
      assertThat(seen(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))).isTrue();
    }
  }

  @Test
  void other_values_are_not_seen() {
    assertThat(seen("canary/+00000000-0000-0000-0000-000000000000")).isFalse();
  }

  @Test
  void a_value_in_a_table_or_in_the_log_fails_the_world() {
    World table = World.fresh();
    table.asOwner(
        "INSERT INTO tenant (tenant_id, name) VALUES (gen_random_uuid(), '" + value + "')");
    assertThatThrownBy(table::close).isInstanceOf(AssertionError.class);
    World log = World.fresh();
    LoggerFactory.getLogger(CanaryIT.class).info("the value is {}", value);
    assertThatThrownBy(log::close).isInstanceOf(AssertionError.class);
  }

  private static boolean seen(String text) {
    return !Canary.sightings(List.of(text), "test").isEmpty();
  }
}
