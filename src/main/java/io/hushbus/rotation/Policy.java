package io.hushbus.rotation;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a secret is to be rotated, how, and where the new value comes from.
 *
 * @param grace empty: the configured one
 * @param revision raised by one with every change of a person
 * @param anchor from when on the time to the next one counts
 * @param nextDue by the database's clock
 */
public record Policy(
    SecretId secret,
    Schedule schedule,
    Source source,
    Strategy strategy,
    Optional<Duration> grace,
    long revision,
    String createdBy,
    Instant updatedAt,
    Instant anchor,
    Instant nextDue) {

  /** What the row's MAC covers. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("rotation-policy/1")
        .id(tenant.value())
        .id(secret.value())
        .text(every().map(one -> Long.toString(one.toSeconds())).orElse(null))
        .text(cron().map(Schedule.Cron::line).orElse(null))
        .text(zone())
        .text(source.word())
        .text(source.text())
        .text(strategy.word())
        .text(grace.map(one -> Long.toString(one.toSeconds())).orElse(null))
        .number(revision)
        .text(createdBy)
        .time(updatedAt)
        .time(anchor)
        .time(nextDue);
  }

  /** Another one after each change of a person, also of one who ended it and set it anew. */
  public long etag() {
    return Canonical.of("rotation-policy-etag/1")
        .id(secret.value())
        .number(revision)
        .time(updatedAt)
        .etag();
  }

  public Optional<Duration> every() {
    return schedule instanceof Schedule.Every every
        ? Optional.of(every.length())
        : Optional.empty();
  }

  public Optional<Schedule.Cron> cron() {
    return schedule instanceof Schedule.Cron cron ? Optional.of(cron) : Optional.empty();
  }

  String zone() {
    return cron().map(cron -> cron.zone().getId()).orElse("UTC");
  }

  /**
   * The same, counting anew from {@code from}: the first due time after {@code now}, so that times
   * which were missed come once.
   */
  Policy counting(Instant from, Instant now) {
    return new Policy(
        secret,
        schedule,
        source,
        strategy,
        grace,
        revision,
        createdBy,
        updatedAt,
        from,
        first(from, now));
  }

  private Instant first(Instant from, Instant now) {
    Instant next = schedule.next(from);
    return next.isAfter(now) ? next : schedule.next(now);
  }
}
