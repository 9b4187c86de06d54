package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of the event log.
 *
 * @param secretIds the ids of secrets that it touches beside, as JSON, if it names some
 * @param runId the run that it is about, or whose lease
 * @param holderId whose everything it is about, if it is about that
 * @param data a JSON object in one line, as the database gives it
 */
record LoggedEvent(
    TenantId tenant,
    EventPosition position,
    UUID id,
    String type,
    String subject,
    Optional<UUID> project,
    Optional<UUID> domain,
    Optional<String> secretId,
    Optional<String> secretName,
    Optional<String> secretIds,
    Optional<String> runId,
    Optional<String> holderId,
    String data,
    Instant at) {}
