package io.hushbus.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import io.hushbus.audit.ExportItem.End;
import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.audit.ExportItem.Header;
import io.hushbus.audit.ExportItem.Signed;
import io.hushbus.tenant.InventoryHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes an export as JSON lines: one item a line, fields in a fixed order, hashes in hex, keys and
 * signatures in base64url, times in RFC 3339 with three digits of a second.
 */
final class ExportWriter {

  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private ExportWriter() {}

  /** The line of an item, with its line feed. */
  static byte[] line(ExportItem item) {
    return switch (item) {
      case Header header -> line(json -> header(json, header));
      case Entry entry -> line(json -> entry(json, entry));
      case Signed signed -> checkpoint(signed.checkpoint());
      case End end -> line(json -> end(json, end));
    };
  }

  /** The line of a checkpoint: the same in an export and in the checkpoint file. */
  static byte[] checkpoint(Checkpoint checkpoint) {
    return line(json -> checkpoint(json, checkpoint));
  }

  static String time(Instant at) {
    return TIME.format(at);
  }

  static String base64url(byte[] bytes) {
    return BASE64URL.encodeToString(bytes);
  }

  private static void header(JsonGenerator json, Header header) throws IOException {
    json.writeStringField("type", "header");
    json.writeStringField("format", ExportReader.FORMAT);
    json.writeStringField("cluster", header.cluster().toString());
    json.writeStringField("tenant", header.tenant().toString());
    json.writeObjectFieldStart("keys");
    for (Map.Entry<String, byte[]> key : new TreeMap<>(header.keys()).entrySet()) {
      json.writeStringField(key.getKey(), base64url(key.getValue()));
    }
    json.writeEndObject();
  }

  private static void entry(JsonGenerator json, Entry entry) throws IOException {
    AuditRecord record = entry.record();
    json.writeStringField("type", "record");
    json.writeNumberField("sequence", entry.sequence());
    json.writeStringField("record_id", record.id().toString());
    json.writeStringField("at", time(record.at()));
    json.writeStringField("request_id", record.request().toString());
    json.writeStringField("principal", record.principal());
    json.writeStringField("action", record.action());
    json.writeStringField("outcome", record.outcome());
    json.writeStringField("resource_kind", record.resourceKind());
    json.writeStringField("resource_id", text(record.resourceId()));
    json.writeStringField("resource_name", record.resourceName().orElse(null));
    json.writeFieldName("version");
    if (record.version().isPresent()) {
      json.writeNumber(record.version().getAsInt());
    } else {
      json.writeNull();
    }
    json.writeStringField("project_id", text(record.project()));
    json.writeStringField("source", record.source());
    json.writeFieldName("detail");
    json.writeRawValue(record.detail());
    json.writeStringField("hash", HexFormat.of().formatHex(entry.hash()));
  }

  private static void checkpoint(JsonGenerator json, Checkpoint checkpoint) throws IOException {
    json.writeStringField("type", "checkpoint");
    json.writeStringField("cluster", checkpoint.cluster().toString());
    json.writeStringField("tenant", checkpoint.tenant().toString());
    json.writeNumberField("sequence", checkpoint.sequence());
    json.writeStringField("hash", HexFormat.of().formatHex(checkpoint.hash()));
    json.writeStringField("at", time(checkpoint.at()));
    if (checkpoint.inventory().isPresent()) {
      inventory(json, checkpoint.inventory().get());
    }
    json.writeStringField("key_id", checkpoint.keyId());
    json.writeStringField("signature", base64url(checkpoint.signature()));
  }

  private static void inventory(JsonGenerator json, InventoryHead inventory) throws IOException {
    json.writeNumberField("change", inventory.change());
    json.writeNumberField("secrets", inventory.secrets());
    json.writeNumberField("highest", inventory.highest());
    json.writeNumberField("epoch", inventory.epoch());
    json.writeNumberField("position", inventory.position());
    json.writeStringField("inventory", HexFormat.of().formatHex(inventory.mac()));
  }

  private static void end(JsonGenerator json, End end) throws IOException {
    json.writeStringField("type", "end");
    json.writeNumberField("sequence", end.sequence());
  }

  private static @Nullable String text(Optional<UUID> id) {
    return id.map(UUID::toString).orElse(null);
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] line(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = CanonicalJson.STRICT.createGenerator(bytes)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes what is written to it", e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }
}
