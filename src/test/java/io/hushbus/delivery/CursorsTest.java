package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.OpaqueToken;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CursorsTest {

  private static final SecretValue KEY = SecretValue.ofText("0123456789abcdef0123456789abcdef");
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final TenantId OTHER = new TenantId(new UUID(1, 3));

  private final Cursors cursors = new Cursors(KEY);

  @Property(tries = 200)
  void a_cursor_leads_back_to_its_position(
      @ForAll @LongRange(min = 1) long epoch, @ForAll @LongRange(min = 0) long number) {
    EventPosition position = new EventPosition(epoch, number);

    assertThat(cursors.parse(TENANT, cursors.text(TENANT, position)))
        .isEqualTo(new Start.After(position));
  }

  @Test
  void words_name_the_ends_of_the_log() {
    assertThat(cursors.parse(TENANT, "now")).isEqualTo(new Start.Now());
    assertThat(cursors.parse(TENANT, "earliest")).isEqualTo(new Start.Earliest());
  }

  @Test
  void a_cursor_of_another_tenant_is_as_good_as_a_forged_one() {
    refused(cursors.text(OTHER, new EventPosition(1, 5)));
  }

  @Test
  void every_changed_character_is_refused() {
    String good = cursors.text(TENANT, new EventPosition(1, 5));

    for (int i = 0; i < good.length(); i++) {
      char changed = good.charAt(i) == 'A' ? 'B' : 'A';
      refused(good.substring(0, i) + changed + good.substring(i + 1));
    }
  }

  @Test
  void a_cursor_under_another_key_is_refused() {
    Cursors foreign = new Cursors(SecretValue.ofText("another key of thirty-two bytes!"));

    refused(foreign.text(TENANT, new EventPosition(1, 5)));
  }

  @Test
  void a_token_of_another_kind_is_refused() {
    Canonical content = Canonical.of("event-cursor/1").id(TENANT.value()).number(1).number(5);

    refused(OpaqueToken.seal(KEY, "page", content));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "NOW", "latest", "0", "1:5", "AAAA", "null", "now ", "-1"})
  void anything_else_is_refused(String text) {
    refused(text);
  }

  @Test
  void a_long_text_is_refused() {
    refused("A".repeat(100_000));
  }

  private void refused(String text) {
    assertThatThrownBy(() -> cursors.parse(TENANT, text))
        .isInstanceOfSatisfying(
            Failure.Invalid.class,
            failure ->
                assertThat(failure.fields())
                    .containsExactly(new Failure.Field("?after", Failure.Code.BAD_CURSOR)));
  }
}
