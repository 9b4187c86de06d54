package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A tenant pays for its requests, and for large bodies as for several. */
final class TenantRateTest {

  private static final TenantId ACME = new TenantId(new UUID(1, 2));
  private static final TenantId GLOBEX = new TenantId(new UUID(1, 3));

  private final AtomicLong nanos = new AtomicLong();
  private final TenantRate rate = new TenantRate(tenant -> 10, nanos::get);

  @Test
  void what_one_tenant_has_used_up_is_not_missing_to_another() {
    assertThat(rate.take(ACME, 15).left()).isEqualTo(5);
    assertThatThrownBy(() -> rate.take(ACME, 6)).isInstanceOf(Failure.OverBudget.class);
    assertThat(rate.take(GLOBEX, 6).left()).isEqualTo(14);
  }

  @Test
  void what_is_refused_takes_nothing_and_comes_back_with_time() {
    rate.take(ACME, 19);
    assertThatThrownBy(() -> rate.take(ACME, 11)).isInstanceOf(Failure.OverBudget.class);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(rate.take(ACME, 11).left()).isZero();
  }

  @Test
  void the_largest_body_can_be_sent_by_whoever_has_waited() {
    rate.take(ACME, 1);
    assertThat(rate.take(ACME, 100).left()).isZero();
  }
}
