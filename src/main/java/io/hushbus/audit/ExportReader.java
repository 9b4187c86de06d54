package io.hushbus.audit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hushbus.audit.ExportItem.End;
import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.audit.ExportItem.Header;
import io.hushbus.audit.ExportItem.Signed;
import io.hushbus.crypto.Signer;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the lines of an export or of a checkpoint file one at a time, strictly: a line is one JSON
 * object with exactly the fields of its type, each in the one form that {@link ExportWriter} gives
 * it. Holds one line in memory, of at most a mebibyte.
 */
final class ExportReader {

  static final String FORMAT = "hushbus-audit/1";

  private static final int MAX_LINE = 1 << 20;

  private final InputStream in;

  /**
   * @param in should be buffered: it is read byte by byte. Whoever opened it closes it
   */
  ExportReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next item; empty at the end of the file.
   *
   * @throws MalformedExport if the line is not in the format
   */
  Optional<ExportItem> next() throws IOException {
    byte[] line = line();
    return line.length == 0 ? Optional.empty() : Optional.of(parse(line));
  }

  private byte[] line() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (bytes.size() > 0) {
          throw new MalformedExport("the last line ends without a line feed");
        }
        return new byte[0];
      }
      if (bytes.size() == MAX_LINE) {
        throw new MalformedExport("no line is longer than a mebibyte");
      }
      bytes.write(b);
    }
    if (bytes.size() == 0) {
      throw new MalformedExport("no line is empty");
    }
    return bytes.toByteArray();
  }

  static ExportItem parse(byte[] line) {
    ExportFields fields = ExportFields.of(line);
    ExportItem item = item(fields);
    fields.done();
    return item;
  }

  private static ExportItem item(ExportFields fields) {
    String type = fields.text("type");
    return switch (type) {
      case "header" -> header(fields);
      case "record" -> entry(fields);
      case "checkpoint" -> new Signed(checkpoint(fields));
      case "end" -> new End(fields.sequence("sequence"));
      default -> throw new MalformedExport("the type of a line is none that is known");
    };
  }

  private static Header header(ExportFields fields) {
    if (!fields.text("format").equals(FORMAT)) {
      throw new MalformedExport("the format of the export is none that is known");
    }
    return new Header(
        fields.id("cluster"), new TenantId(fields.id("tenant")), keys(fields.json("keys")));
  }

  private static Map<String, byte[]> keys(String json) {
    Map<String, byte[]> keys = new TreeMap<>();
    try (JsonParser parser = CanonicalJson.STRICT.createParser(json)) {
      ExportFields.expect(parser.nextToken() == JsonToken.START_OBJECT, "keys is an object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String id = parser.currentName();
        ExportFields.expect(parser.nextToken() == JsonToken.VALUE_STRING, "a key is a string");
        byte[] key = ExportFields.base64url(parser.getText());
        ExportFields.expect(Signer.keyId(key).equals(id), "a key has the id made from it");
        keys.put(id, key);
      }
    } catch (IOException e) {
      throw new MalformedExport("not well-formed JSON");
    }
    return keys;
  }

  private static Entry entry(ExportFields fields) {
    AuditRecord record =
        new AuditRecord(
            fields.id("record_id"),
            fields.time("at"),
            fields.id("request_id"),
            fields.text("principal"),
            fields.text("action"),
            fields.text("outcome"),
            fields.text("resource_kind"),
            fields.optionalId("resource_id"),
            fields.optionalText("resource_name"),
            fields.optionalInt("version"),
            fields.optionalId("project_id"),
            fields.text("source"),
            CanonicalJson.ofObject(fields.json("detail")));
    return new Entry(fields.sequence("sequence"), record, fields.hash("hash"));
  }

  private static Checkpoint checkpoint(ExportFields fields) {
    return new Checkpoint(
        fields.id("cluster"),
        new TenantId(fields.id("tenant")),
        fields.sequence("sequence"),
        fields.hash("hash"),
        fields.time("at"),
        inventory(fields),
        fields.text("key_id"),
        fields.base64urlField("signature"));
  }

  /** All of it, or nothing. */
  private static Optional<InventoryHead> inventory(ExportFields fields) {
    return fields.has("inventory")
        ? Optional.of(
            new InventoryHead(
                fields.sequence("change"),
                fields.sequence("secrets"),
                fields.sequence("highest"),
                fields.sequence("epoch"),
                fields.sequence("position"),
                fields.hash("inventory")))
        : Optional.empty();
  }
}
