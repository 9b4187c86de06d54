package io.hushbus.audit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The fields of one line, each taken once and in one form only: what would be read as equal is
 * written equal.
 */
final class ExportFields {

  private record Field(JsonToken kind, String text) {}

  private final Map<String, Field> fields;

  private ExportFields(Map<String, Field> fields) {
    this.fields = fields;
  }

  static ExportFields of(byte[] line) {
    Map<String, Field> fields = new HashMap<>();
    try (JsonParser parser = CanonicalJson.STRICT.createParser(line)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT, "a line is a JSON object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken kind = parser.nextToken();
        fields.put(name, new Field(kind, text(parser, kind)));
      }
      expect(parser.nextToken() == null, "a line is one JSON object");
    } catch (IOException e) {
      throw new MalformedExport("not well-formed JSON");
    }
    return new ExportFields(fields);
  }

  private static String text(JsonParser parser, JsonToken kind) throws IOException {
    return kind == JsonToken.VALUE_STRING ? parser.getText() : CanonicalJson.value(parser);
  }

  /** Refuses fields that nobody asked for. */
  void done() {
    expect(fields.isEmpty(), "a line has the fields of its type and no others");
  }

  /** Whether the field is there and was not taken yet. */
  boolean has(String name) {
    return fields.containsKey(name);
  }

  String text(String name) {
    return optionalText(name).orElseThrow(() -> wrong(name));
  }

  Optional<String> optionalText(String name) {
    Field field = take(name);
    return switch (field.kind()) {
      case VALUE_STRING -> Optional.of(field.text());
      case VALUE_NULL -> Optional.empty();
      default -> throw wrong(name);
    };
  }

  UUID id(String name) {
    return optionalId(name).orElseThrow(() -> wrong(name));
  }

  Optional<UUID> optionalId(String name) {
    return optionalText(name).map(text -> uuid(name, text));
  }

  Instant time(String name) {
    String text = text(name);
    try {
      Instant at = Instant.from(ExportWriter.TIME.parse(text));
      expect(ExportWriter.time(at).equals(text), "a time has three digits of a second");
      return at;
    } catch (DateTimeException e) {
      throw wrong(name);
    }
  }

  long sequence(String name) {
    return whole(name, take(name));
  }

  OptionalInt optionalInt(String name) {
    Field field = take(name);
    if (field.kind() == JsonToken.VALUE_NULL) {
      return OptionalInt.empty();
    }
    long number = whole(name, field);
    expect(number == (int) number, "a version has 32 bits");
    return OptionalInt.of((int) number);
  }

  byte[] hash(String name) {
    String text = text(name);
    try {
      byte[] hash = HexFormat.of().parseHex(text);
      expect(hash.length == AuditChain.HASH_SIZE, "a hash has 32 bytes");
      expect(HexFormat.of().formatHex(hash).equals(text), "a hash is in lower case");
      return hash;
    } catch (IllegalArgumentException e) {
      throw wrong(name);
    }
  }

  byte[] base64urlField(String name) {
    return base64url(text(name));
  }

  /** The canonical text of a member that is an object. */
  String json(String name) {
    Field field = take(name);
    expect(field.kind() == JsonToken.START_OBJECT, name + " is an object");
    return field.text();
  }

  static byte[] base64url(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      expect(ExportWriter.base64url(bytes).equals(text), "base64url is without padding");
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new MalformedExport("not base64url");
    }
  }

  static void expect(boolean holds, String expectation) {
    if (!holds) {
      throw new MalformedExport(expectation);
    }
  }

  private Field take(String name) {
    Field field = fields.remove(name);
    if (field == null) {
      throw new MalformedExport("the field " + name + " is missing");
    }
    return field;
  }

  private static UUID uuid(String name, String text) {
    try {
      UUID id = UUID.fromString(text);
      expect(id.toString().equals(text), "an id is in lower case");
      return id;
    } catch (IllegalArgumentException e) {
      throw wrong(name);
    }
  }

  private static long whole(String name, Field field) {
    try {
      expect(field.kind() == JsonToken.VALUE_NUMBER_INT, name + " is a whole number");
      return Long.parseLong(field.text());
    } catch (NumberFormatException e) {
      throw wrong(name);
    }
  }

  private static MalformedExport wrong(String name) {
    return new MalformedExport("the field " + name + " does not have the form of its kind");
  }
}
