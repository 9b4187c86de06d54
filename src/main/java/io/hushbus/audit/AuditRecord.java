package io.hushbus.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * One thing that was done, or refused: who, what, to what, from where. Never holds a value.
 *
 * @param at when it happened, by the database's clock, in whole milliseconds
 * @param outcome {@code allowed} or {@code denied}
 * @param source the network address of the caller; empty for the broker's own jobs
 * @param detail a JSON object of ids, names and counts, in the form that {@link CanonicalJson}
 *     gives
 */
public record AuditRecord(
    UUID id,
    Instant at,
    UUID request,
    String principal,
    String action,
    String outcome,
    String resourceKind,
    Optional<UUID> resourceId,
    Optional<String> resourceName,
    OptionalInt version,
    Optional<UUID> project,
    String source,
    String detail) {}
