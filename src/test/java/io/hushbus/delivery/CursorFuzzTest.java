package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.EventPosition;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.support.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whatever comes as a cursor: it is one that was given out, letter by letter, or it is refused. */
final class CursorFuzzTest {

  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final TenantId OTHER = new TenantId(new UUID(3, 4));
  private static final Cursors CURSORS =
      new Cursors(SecretValue.ofText("thirty-two bytes of key material"));

  @Test
  void any_text_is_a_cursor_that_was_given_out_or_refused() {
    String own = CURSORS.text(TENANT, new EventPosition(1, 42));
    String late = CURSORS.text(TENANT, new EventPosition(1, Long.MAX_VALUE));
    String foreign = CURSORS.text(OTHER, new EventPosition(1, 42));
    Fuzz.of(own, late, foreign, "now", "earliest")
        .run(
            input -> {
              String text = new String(input, StandardCharsets.UTF_8);
              CURSORS.parse(TENANT, text);
              assertThat(text).isIn(own, late, "now", "earliest");
            });
  }
}
