package io.hushbus.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads JSON that strangers wrote into plain maps, lists, strings, longs and booleans (R-S14):
 * strict UTF-8, no name twice, bounded depth, names, numbers and text. Numbers that are no whole
 * numbers, and null, become {@link #OTHER}, which equals nothing that anybody asks for.
 */
final class JsonTree {

  /** A value that no rule can be about. */
  static final Object OTHER = new Object();

  private static final int MEMBERS = 512;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNameLength(256)
                  .maxStringLength(8192)
                  .maxNumberLength(32)
                  .build())
          .build();

  private int members;

  private JsonTree() {}

  /** The object that {@code utf8} holds, and nothing after it; empty for everything else. */
  static Optional<Map<String, Object>> object(byte[] utf8) {
    try (JsonParser parser = JSON.createParser(decoded(utf8))) {
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      Map<String, Object> tree = object ? new JsonTree().members(parser) : Map.of();
      return object && parser.nextToken() == null ? Optional.of(tree) : Optional.empty();
    } catch (IOException refused) {
      return Optional.empty();
    }
  }

  // Leaves the parser no choice of encoding, and takes no byte order mark.
  private static String decoded(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  private Map<String, Object> members(JsonParser parser) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return members;
  }

  private List<Object> items(JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return items;
  }

  private Object value(JsonParser parser) throws IOException {
    if (++members > MEMBERS) {
      throw new IOException("more members than any token has");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> items(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> whole(parser);
      default -> OTHER;
    };
  }

  private static Object whole(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? OTHER
        : (Object) parser.getLongValue();
  }
}
