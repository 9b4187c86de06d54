package io.hushbus.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Which records to show; what is empty does not filter.
 *
 * @param from the earliest time, included
 * @param to the latest time, not included
 * @param actor a principal as records name it: {@code service_account:<id>}
 * @param action the word of an action
 * @param outcome {@code allowed} or {@code denied}
 * @param resourceName what the thing was called when it was done
 */
public record AuditFilter(
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<String> actor,
    Optional<String> action,
    Optional<String> outcome,
    Optional<String> resourceKind,
    Optional<UUID> resourceId,
    Optional<String> resourceName) {

  /** Everything. */
  public static final AuditFilter NONE =
      new AuditFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
}
