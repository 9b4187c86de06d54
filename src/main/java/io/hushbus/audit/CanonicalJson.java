package io.hushbus.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One text for one JSON value, so that the value can be hashed: no white space, keys in the order
 * of their UTF-16 code units, shortest escapes, numbers as they stand. For whole numbers this is
 * RFC 8785.
 *
 * <p>Duplicate keys, depth beyond 32 and anything after the value are refused.
 */
final class CanonicalJson {

  static final JsonFactory STRICT =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
          .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(32).build())
          .build();

  private CanonicalJson() {}

  /**
   * @throws MalformedExport if {@code json} is not one JSON object
   */
  static String ofObject(String json) {
    try (JsonParser parser = STRICT.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedExport("a JSON object was expected");
      }
      String text = value(parser);
      if (parser.nextToken() != null) {
        throw new MalformedExport("there is something after the JSON object");
      }
      return text;
    } catch (IOException e) {
      throw new MalformedExport("not well-formed JSON");
    }
  }

  /** The text of the value whose first token {@code parser} stands on; moves to its last token. */
  static String value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> quoted(parser.getText());
      default -> parser.getText();
    };
  }

  static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private static String object(JsonParser parser) throws IOException {
    Map<String, String> members = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return members.entrySet().stream()
        .map(member -> quoted(member.getKey()) + ':' + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String array(JsonParser parser) throws IOException {
    StringBuilder text = new StringBuilder("[");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      text.append(text.length() > 1 ? "," : "").append(value(parser));
    }
    return text.append(']').toString();
  }
}
