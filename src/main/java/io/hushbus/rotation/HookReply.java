package io.hushbus.rotation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads what a hook answers when it is asked for a value: one object {@code data} of strings.
 * Values go from bytes to bytes by way of characters that are wiped; no text of them is made.
 */
final class HookReply {

  private static final int MOST_ENTRIES = 256;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(4).maxNameLength(127).build())
          .build();

  private HookReply() {}

  /**
   * The entries; the caller closes them.
   *
   * @throws Failure.Invalid if it is not of this form
   */
  static Map<EntryName, SecretValue> entries(byte[] body) {
    Map<EntryName, SecretValue> entries = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(body)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      expect("data".equals(parser.nextFieldName()));
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        expect(parser.nextToken() == JsonToken.VALUE_STRING && entries.size() < MOST_ENTRIES);
        entries.put(new EntryName(name), value(parser));
      }
      expect(parser.currentToken() == JsonToken.END_OBJECT && !entries.isEmpty());
      expect(parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null);
      return entries;
    } catch (IOException | RuntimeException malformed) {
      entries.values().forEach(SecretValue::close);
      throw refused();
    }
  }

  private static SecretValue value(JsonParser parser) throws IOException {
    CharBuffer text =
        CharBuffer.wrap(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    ByteBuffer coded = StandardCharsets.UTF_8.encode(text);
    byte[] bytes = new byte[coded.remaining()];
    coded.get(bytes);
    coded.clear().put(new byte[coded.capacity()]);
    Arrays.fill(
        parser.getTextCharacters(),
        parser.getTextOffset(),
        parser.getTextOffset() + parser.getTextLength(),
        '\0');
    return SecretValue.owning(bytes);
  }

  private static void expect(boolean held) {
    if (!held) {
      throw refused();
    }
  }

  private static Failure refused() {
    return Failure.invalid("", Failure.Code.BAD_FORMAT);
  }
}
