package io.hushbus.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened: a CloudEvent. It never holds a value.
 *
 * @param type such as {@code io.hushbus.secret.version.announced.v1}
 * @param cursor where to go on behind it
 */
public record Notice(
    String id,
    String type,
    String subject,
    Optional<Instant> time,
    long sequence,
    Json data,
    String cursor) {

  /**
   * The type of what is no event: there were some which are no longer kept. Look at the state of
   * things anew.
   */
  public static final String RESET = "stream.reset";

  static final String ANNOUNCED = "io.hushbus.secret.version.announced.v1";
  static final String STAGED = "io.hushbus.secret.version.staged.v1";
  static final String REVOKED = "io.hushbus.lease.revoked.v1";

  static Notice of(Json event, String cursor) {
    return new Notice(
        event.text("id"),
        event.text("type"),
        event.text("subject"),
        event.time("time"),
        sequence(event.text("sequence")),
        event.object("data"),
        cursor);
  }

  private static long sequence(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException none) {
      throw new Unreachable("an event has no sequence: it is not from a broker of this version");
    }
  }

  static Notice of(StreamEvent event) {
    return event.type().equals(RESET)
        ? reset(event.id())
        : of(
            Json.parse(event.data().getBytes(StandardCharsets.UTF_8)).orElse(Json.EMPTY),
            event.id());
  }

  static Notice reset(String cursor) {
    return new Notice("", RESET, "", Optional.empty(), 0, Json.EMPTY, cursor);
  }

  public boolean isReset() {
    return type.equals(RESET);
  }
}
