package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.UUID;

/**
 * One event, encoded once for all its readers.
 *
 * @param project the project it lies in; empty: the whole tenant
 * @param secretId the id of the secret it is about, if it is about one
 * @param secretName that secret's name, folded
 * @param json the CloudEvent, on one line
 * @param frame the same as a server-sent event
 */
record Notice(
    EventPosition position,
    String type,
    Optional<UUID> project,
    Optional<String> secretId,
    Optional<String> secretName,
    Buffer json,
    Buffer frame) {}
