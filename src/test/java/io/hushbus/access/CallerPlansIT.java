package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Many;
import io.hushbus.support.World;
import org.junit.jupiter.api.Test;

/** How callers are found by plans that were made while there were few. */
final class CallerPlansIT {

  @Test
  void the_account_of_a_key_is_found_by_the_key() {
    try (World world = World.fresh()) {
      assertThat(Many.plan(world, CallerStore.BY_MAC, "ARRAY['\\x00'::bytea]"))
          .contains("service_account_key_by_mac", "service_account_pkey", "tenant_pkey")
          .doesNotContain("Seq Scan on service_account")
          .doesNotContain("Seq Scan on tenant");
    }
  }
}
