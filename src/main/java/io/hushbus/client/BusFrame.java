package io.hushbus.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a bridge says. The body is cut out as bytes, since it may hold a token.
 *
 * @param code the status of HTTP, of a refusal
 * @param message the problem, of a refusal
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, and overwritten by who reads it
record BusFrame(
    String type,
    String address,
    Map<String, List<String>> headers,
    byte[] body,
    int code,
    byte[] message) {

  private static final byte[] NONE = {};

  /** Reads a frame and overwrites it. Empty for what is none. */
  static Optional<BusFrame> read(byte[] bytes) {
    try (JsonParser parser = Json.FACTORY.createParser(bytes)) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? Optional.of(fields(bytes, parser))
          : Optional.empty();
    } catch (IOException malformed) {
      return Optional.empty();
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static BusFrame fields(byte[] bytes, JsonParser parser) throws IOException {
    String type = "";
    String address = "";
    Map<String, List<String>> headers = Map.of();
    byte[] body = NONE;
    int code = 0;
    byte[] message = NONE;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "type" -> type = parser.getText();
        case "address" -> address = parser.getText();
        case "headers" -> headers = headers(parser);
        case "body" -> body = cut(bytes, parser);
        case "failureCode" -> code = parser.getIntValue();
        case "message" ->
            message = parser.getText().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        default -> parser.skipChildren();
      }
    }
    return new BusFrame(type, address, headers, body, code, message);
  }

  private static Map<String, List<String>> headers(JsonParser parser) throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return headers;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.nextToken().isScalarValue()) {
        headers.put(name.toLowerCase(Locale.ROOT), List.of(parser.getText()));
      } else {
        parser.skipChildren();
      }
    }
    return headers;
  }

  private static byte[] cut(byte[] bytes, JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return NONE;
    }
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    return Arrays.copyOfRange(bytes, start, (int) parser.currentLocation().getByteOffset());
  }

  Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** As an answer of HTTP. */
  Reply reply() {
    return type.equals("message")
        ? new Reply(header("status").map(Integer::parseInt).orElse(200), headers, body)
        : new Reply(code < 0 ? 404 : code, headers, message);
  }
}
