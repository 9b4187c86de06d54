package io.hushbus.access;

import io.hushbus.model.Failure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How much costly work each network source may ask for: a token bucket a source, for a bounded
 * number of sources. The one unseen for longest is forgotten first, and starts full when it comes
 * again.
 */
final class SourceLimit {

  private record Bucket(double tokens, long atNanos) {}

  private final String budget;
  private final double perSecond;
  private final int burst;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets;

  /**
   * @param budget the word that a refusal names it by
   */
  SourceLimit(String budget, double perSecond, int burst, int sources, LongSupplier nanos) {
    this.budget = budget;
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanos = nanos;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > sources;
          }
        };
  }

  /** Takes one from the source's bucket; a failure that says when to come back if it is empty. */
  synchronized Optional<Failure> take(String source) {
    long now = nanos.getAsLong();
    double tokens = refilled(buckets.getOrDefault(source, new Bucket(burst, now)), now);
    boolean allowed = tokens >= 1;
    buckets.put(source, new Bucket(allowed ? tokens - 1 : tokens, now));
    return allowed ? Optional.empty() : Optional.of(Failure.overBudget(budget, until(tokens)));
  }

  /** The failure that {@link #take} would give, without taking. */
  synchronized Optional<Failure> exhausted(String source) {
    Bucket bucket = buckets.get(source);
    double tokens = bucket == null ? burst : refilled(bucket, nanos.getAsLong());
    return tokens >= 1 ? Optional.empty() : Optional.of(Failure.overBudget(budget, until(tokens)));
  }

  private double refilled(Bucket bucket, long now) {
    double gained = (now - bucket.atNanos()) / 1e9 * perSecond;
    return Math.min(burst, bucket.tokens() + gained);
  }

  private Duration until(double tokens) {
    return Duration.ofMillis((long) Math.ceil((1 - tokens) / perSecond * 1000));
  }
}
