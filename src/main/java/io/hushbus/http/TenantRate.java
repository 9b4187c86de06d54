package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * How many requests a second each tenant may send to this node, and twice as many at once: a bucket
 * for each, so that one which floods waits alone.
 */
final class TenantRate {

  private final ToIntFunction<TenantId> perSecond;
  private final RateLimit buckets;

  /**
   * @param perSecond must not block
   * @param nanos a monotonic clock
   */
  TenantRate(ToIntFunction<TenantId> perSecond, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.buckets = new RateLimit(1, 1, nanos);
  }

  /**
   * What is left to the tenant after a request, or after a body that counts as so many; which is at
   * most as all that may be sent at once beside the request itself, so that it can be sent.
   *
   * @throws Failure.OverBudget if nothing was
   */
  State take(TenantId tenant, int requests) {
    int rate = perSecond.applyAsInt(tenant);
    int burst = (int) Math.min(Integer.MAX_VALUE, 2L * rate);
    int most = Math.max(1, burst - 1);
    int left =
        buckets.take(tenant.toString(), Math.min(requests, most), rate, burst, "tenant_requests");
    return new State(rate, burst, left);
  }

  /** A bucket, for the fields {@code RateLimit-Policy} and {@code RateLimit}. */
  record State(int rate, int burst, int left) {

    String policy() {
      return "\"tenant\";q=" + burst + ";w=2";
    }

    String state() {
      return "\"tenant\";r=" + left + ";t=" + Math.max(1, (burst - left) / rate);
    }
  }
}
