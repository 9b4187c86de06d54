package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One event, encoded once for all its readers.
 *
 * @param id of the event, the same for ever
 * @param project the project it lies in; empty: the whole tenant
 * @param domain the domain it lies in, if it lies in one
 * @param secretId the id of the secret it is about, if it is about one
 * @param secretName that secret's name, folded
 * @param secretIds the ids of secrets that it touches beside, as JSON, if it names some
 * @param runId the run that it is about, or whose lease
 * @param holderId the run or principal that it is about, if it is about all that one holds
 * @param json the CloudEvent, on one line
 * @param frame the same as a server-sent event
 */
record Notice(
    EventPosition position,
    UUID id,
    String type,
    Optional<UUID> project,
    Optional<UUID> domain,
    Optional<String> secretId,
    Optional<String> secretName,
    Optional<String> secretIds,
    Optional<String> runId,
    Optional<String> holderId,
    Buffer json,
    Buffer frame) {

  /** When it was committed, and its data: texts, numbers, lists and maps. */
  record Content(Instant at, Map<String, Object> data) {}

  /**
   * Whether it may touch the secret of that id, beside one that it is about. It does not name all
   * where there are very many: then {@code *} stands for the others.
   */
  boolean touches(String secret) {
    return secretIds
        .filter(all -> all.contains('"' + secret + '"') || all.contains("\"*\""))
        .isPresent();
  }

  /** Read from the JSON, at some cost. */
  Content content() {
    JsonObject event = new JsonObject(json);
    return new Content(event.getInstant("time"), event.getJsonObject("data").getMap());
  }
}
