package io.hushbus.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.access.PageSeals;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.support.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whatever comes as a page token: it is one that was given out, letter by letter, or none. */
final class PageSealsFuzzTest {

  private static final PageSeals SEALS = new PageSeals(SecretValue.ofText("a key of some bytes"));

  @Test
  void any_text_is_a_token_that_was_given_out_or_none() {
    PageSeals.Listing own = listing(new UUID(1, 1));
    byte[] place = "db-password".getBytes(StandardCharsets.UTF_8);
    String token = SEALS.seal(own, place);
    String foreign = SEALS.seal(listing(new UUID(1, 2)), place);
    String first = SEALS.seal(own, new byte[0]);
    Fuzz.of(token, foreign, first)
        .run(
            input -> {
              String text = new String(input, StandardCharsets.UTF_8);
              SEALS.open(own, text).ifPresent(opened -> assertThat(text).isIn(token, first));
            });
  }

  private static PageSeals.Listing listing(UUID tenant) {
    Caller caller =
        new Caller(
            new TenantId(tenant),
            "acme",
            new Principal(Principal.Kind.SERVICE_ACCOUNT, new UUID(2, 2)),
            "app",
            List.of(),
            Long.MAX_VALUE);
    return new PageSeals.Listing(caller, "secrets", new TreeMap<>());
  }
}
