package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/**
 * How events look outside: CloudEvents 1.0 JSON (structured mode), and server-sent events of the
 * WHATWG HTML standard. The extension attribute {@code sequence} is the position, as text.
 */
final class Notices {

  /** Tells a client to reconnect after three seconds. */
  static final Buffer RETRY = Buffer.buffer("retry: 3000\n\n");

  /** A comment: keeps proxies and clients from taking silence for death. */
  static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Cursors cursors;

  Notices(Cursors cursors) {
    this.cursors = cursors;
  }

  Notice encode(LoggedEvent event) {
    Buffer json = Buffer.buffer(json(event));
    return new Notice(
        event.position(),
        event.id(),
        event.type(),
        event.project(),
        event.domain(),
        event.secretId(),
        event.secretName().map(name -> name.toLowerCase(Locale.ROOT)),
        event.secretIds(),
        event.runId(),
        event.holderId(),
        json,
        frame(event, json));
  }

  /** The log has no such position any more: everything before {@code start} is to be read anew. */
  Buffer reset(Ink ink, EventPosition start) {
    String cursor = cursors.text(ink, start);
    return Buffer.buffer(
        "id: " + cursor + "\nevent: stream.reset\ndata: {\"cursor\":\"" + cursor + "\"}\n\n");
  }

  /** What an endpoint is posted in place of events that are no longer kept. */
  Buffer lost(UUID id, TenantId tenant, EventPosition start) {
    return Buffer.buffer(
        ("{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/tenants/%s\","
                + "\"type\":\"io.hushbus.stream.reset.v1\",\"tenantid\":\"%s\","
                + "\"sequence\":\"%d\",\"data\":{}}")
            .formatted(id, tenant, tenant, start.number()));
  }

  /** What an endpoint is posted to see whether it is there. */
  Buffer test(UUID id, TenantId tenant, UUID webhook, Instant now) {
    return Buffer.buffer(
        ("{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/tenants/%s\","
                + "\"type\":\"io.hushbus.webhook.test.v1\",\"subject\":\"webhooks/%s\","
                + "\"time\":\"%s\",\"tenantid\":\"%s\",\"data\":{}}")
            .formatted(id, tenant, webhook, TIME.format(now), tenant));
  }

  /** The last words of a stream: why, and where to go on. */
  Buffer close(Ink ink, CloseReason reason, EventPosition at) {
    if (!reason.resumable()) {
      return Buffer.buffer("event: stream.close\ndata: {\"reason\":\"" + reason.word() + "\"}\n\n");
    }
    String cursor = cursors.text(ink, at);
    return Buffer.buffer(
        "id: %s\nevent: stream.close\ndata: {\"reason\":\"%s\",\"cursor\":\"%s\"}\n\n"
            .formatted(cursor, reason.word(), cursor));
  }

  /** The notice as a server-sent event whose id is a cursor of {@code ink}. */
  Buffer frame(Ink ink, Notice notice) {
    return ink.shared()
        ? notice.frame()
        : frame(cursors.text(ink, notice.position()), notice.type(), notice.json());
  }

  private Buffer frame(LoggedEvent event, Buffer json) {
    return frame(cursors.text(event.tenant(), event.position()), event.type(), json);
  }

  private static Buffer frame(String cursor, String type, Buffer json) {
    return Buffer.buffer(json.length() + 192)
        .appendString("id: " + cursor)
        .appendString("\nevent: " + escaped(type) + "\ndata: ")
        .appendBuffer(json)
        .appendString("\n\n");
  }

  private static String json(LoggedEvent event) {
    return "{\"specversion\":\"1.0\",\"id\":\""
        + event.id()
        + "\",\"source\":\"/tenants/"
        + event.tenant()
        + "\",\"type\":\""
        + escaped(event.type())
        + "\",\"subject\":\""
        + escaped(event.subject())
        + "\",\"time\":\""
        + TIME.format(event.at())
        + "\",\"datacontenttype\":\"application/json\",\"tenantid\":\""
        + event.tenant()
        + "\",\"sequence\":\""
        + event.position().number()
        + "\",\"data\":"
        + event.data()
        + '}';
  }

  /**
   * The text within quotes of JSON, without them. The ledger writes types and subjects from closed
   * lists and ids; what would need an escape can only be a foreign hand's work, and must not break
   * out of its line either. (jsonb is printed on one line.)
   */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c -> {
              if (c < ' ' || c == '"' || c == '\\') {
                out.append("\\u%04x".formatted(c));
              } else {
                out.append((char) c);
              }
            });
    return out.toString();
  }
}
