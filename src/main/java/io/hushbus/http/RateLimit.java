package io.hushbus.http;

import io.hushbus.model.Failure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A token bucket for each source address, in a table of bounded size: the address unseen for
 * longest is forgotten, and starts full when it comes back. Shared by all event loops.
 */
public final class RateLimit {

  private static final int ADDRESSES = 10_000;
  private static final double NANOS = 1e9;

  private final int perSecond;
  private final int burst;
  private final LongSupplier nanos;
  private final String policy;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > ADDRESSES;
        }
      };

  private static final class Bucket {
    private double tokens;
    private long at;

    private Bucket(double tokens, long at) {
      this.tokens = tokens;
      this.at = at;
    }
  }

  /**
   * @param nanos a monotonic clock
   */
  public RateLimit(int perSecond, int burst, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanos = nanos;
    this.policy = "\"source\";q=" + burst + ";w=" + Math.max(1, burst / perSecond);
  }

  /**
   * Takes one token and says how many are left.
   *
   * @throws Failure.OverBudget if there was none
   */
  int take(String source) {
    return take(source, 1, perSecond, burst, "requests");
  }

  /**
   * The same at a pace of the sender's own, which may change from call to call.
   *
   * @param tokens how many are taken; not more than {@code burst}
   * @param budget what it is called when it is used up
   */
  synchronized int take(String source, int tokens, int perSecond, int burst, String budget) {
    long now = nanos.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(source, ignored -> new Bucket(burst, now));
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / NANOS * perSecond);
    bucket.at = now;
    if (bucket.tokens < tokens) {
      double wait = (tokens - bucket.tokens) / perSecond;
      throw Failure.overBudget(budget, Duration.ofNanos((long) (wait * NANOS)));
    }
    bucket.tokens -= tokens;
    return (int) bucket.tokens;
  }

  synchronized int addresses() {
    return buckets.size();
  }

  /** The field {@code RateLimit-Policy}. */
  String policy() {
    return policy;
  }

  /** The field {@code RateLimit}: what is left, and when it is all there again. */
  String state(int left) {
    return "\"source\";r=" + left + ";t=" + Math.max(1, (burst - left) / perSecond);
  }
}
