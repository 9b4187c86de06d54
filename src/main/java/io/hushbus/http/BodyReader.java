package io.hushbus.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.JsonText;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Utf8;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON body strictly: UTF-8 without a mark, no duplicate names, nothing after the end,
 * bounded depth, names, numbers and tokens.
 *
 * <p>A value is cut out of the input as bytes; the parser only skips over it, so it is never in the
 * parser's text buffer. What the contract does not know is skipped too: a value under a misspelt
 * name stays out of strings as well. Each body has a parser factory of its own, whose tables of
 * names end with it.
 */
final class BodyReader {

  /** How deep a body may nest. */
  static final int DEPTH = 32;

  /** The caps that differ between callers. */
  record Caps(int tokens, int tree) {
    /** For those who have not said who they are. */
    static final Caps OPEN = new Caps(2_000, 500);

    /** For those who have. */
    static final Caps KNOWN = new Caps(200_000, 10_000);
  }

  private final byte[] input;
  private final JsonParser parser;
  private final Map<String, Body.Value> values;
  private final List<Failure.Field> faults = new ArrayList<>();
  private int left;
  private String at = "";
  private boolean skipping;

  private BodyReader(byte[] input, JsonParser parser, int tree, Map<String, Body.Value> values) {
    this.input = input;
    this.parser = parser;
    this.left = tree;
    this.values = values;
  }

  /**
   * The tree and the values of a body. The input is not kept; overwriting it is the caller's.
   *
   * @return also where single fields are wrong: those are faults of the body, to be told with what
   *     checking finds
   * @throws Failure.Invalid if it is not JSON as described above
   */
  static Body read(byte[] input, Shape shape, Caps caps, byte[] digest) {
    refuseOtherEncodings(input);
    Map<String, Body.Value> values = new LinkedHashMap<>();
    try (JsonParser parser = factory(input.length, caps).createParser(input)) {
      BodyReader reader = new BodyReader(input, parser, caps.tree(), values);
      Object tree = reader.all(shape);
      return new Body(tree, values, digest, reader.faults);
    } catch (IOException | RuntimeException e) {
      values.values().forEach(Body.Value::close);
      throw e instanceof RuntimeException known ? known : new IllegalStateException("no I/O here");
    }
  }

  private static JsonFactory factory(int length, Caps caps) {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEPTH)
                .maxNameLength(256)
                .maxNumberLength(40)
                .maxStringLength(Math.max(1, length))
                .maxTokenCount(caps.tokens())
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
        .build();
  }

  private static void refuseOtherEncodings(byte[] input) {
    boolean mark = input.length > 2 && input[0] == (byte) 0xEF && input[1] == (byte) 0xBB;
    boolean wide = false;
    for (int i = 0; i < Math.min(4, input.length); i++) {
      wide |= input[i] == 0;
    }
    if (mark || wide || !Utf8.valid(input)) {
      throw Failure.invalid("", Code.BAD_UTF8);
    }
  }

  private Object all(Shape shape) throws IOException {
    try {
      if (parser.nextToken() == null) {
        throw malformed();
      }
      Object tree = node(shape, "");
      if (parser.nextToken() != null) {
        throw malformed();
      }
      return tree == null ? "" : tree;
    } catch (StreamConstraintsException e) {
      boolean deep = parser.getParsingContext().getNestingDepth() >= DEPTH;
      throw Failure.invalid("", deep ? Code.TOO_DEEP : Code.TOO_LONG);
    } catch (StreamReadException e) {
      boolean twice = e.getOriginalMessage().startsWith("Duplicate");
      throw twice ? duplicate(e.getOriginalMessage()) : malformed();
    }
  }

  private @Nullable Object node(Shape shape, String pointer) throws IOException {
    if (--left < 0) {
      throw Failure.invalid("", Code.TOO_LONG);
    }
    JsonToken token = parser.currentToken();
    return switch (shape) {
      case Shape.Value value -> value(value.kind(), pointer);
      case Shape.Fields fields when token == JsonToken.START_OBJECT -> object(fields, pointer);
      case Shape.Items items when token == JsonToken.START_ARRAY -> array(items, pointer);
      case Shape.Plain plain when token.isScalarValue() -> scalar(token, pointer);
      default -> standIn(pointer);
    };
  }

  private JsonObject object(Shape.Fields fields, String pointer) throws IOException {
    JsonObject object = new JsonObject();
    at = pointer;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Shape shape = fields.of(name).orElse(null);
      object.put(
          name, shape == null ? unknown(pointer + "/" + name) : node(shape, pointer + "/" + name));
      at = pointer;
    }
    return object;
  }

  private JsonArray array(Shape.Items items, String pointer) throws IOException {
    JsonArray array = new JsonArray();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(node(items.each(), pointer + "/" + array.size()));
      at = pointer;
    }
    return array;
  }

  private @Nullable Object scalar(JsonToken token, String pointer) throws IOException {
    return switch (token) {
      case VALUE_STRING -> text(pointer);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(pointer);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private String text(String pointer) throws IOException {
    String text = parser.getText();
    if (text.codePoints().anyMatch(c -> c == 0 || (c >= 0xD800 && c < 0xE000))) {
      wrong(pointer, Code.BAD_UTF8);
      return "";
    }
    return text;
  }

  private Number number(String pointer) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.INT
        || parser.getNumberType() == JsonParser.NumberType.LONG) {
      return parser.getLongValue();
    }
    double number = parser.getDoubleValue();
    if (!Double.isFinite(number)) {
      wrong(pointer, Code.OUT_OF_RANGE);
      return 0L;
    }
    return number;
  }

  /** Counts as null in the tree: that the field is there at all is the fault. */
  private @Nullable Object unknown(String pointer) throws IOException {
    skip(pointer);
    return null;
  }

  /** Nothing of the content, but of the same JSON kind, so that its type can still be checked. */
  private @Nullable Object standIn(String pointer) throws IOException {
    JsonToken token = parser.currentToken();
    skip(pointer);
    return switch (token) {
      case START_OBJECT -> new JsonObject();
      case START_ARRAY -> new JsonArray();
      case VALUE_STRING -> "";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> 0L;
      case VALUE_TRUE, VALUE_FALSE -> false;
      default -> null;
    };
  }

  private @Nullable Object value(Shape.Kind kind, String pointer) throws IOException {
    JsonToken token = parser.currentToken();
    int start = (int) parser.currentTokenLocation().getByteOffset();
    boolean string = token == JsonToken.VALUE_STRING;
    if (string || kind == Shape.Kind.ANY) {
      Object standIn = standIn(pointer);
      int end = string ? JsonText.end(input, start) : end(token, start);
      take(kind, string, start, end, pointer);
      return standIn;
    }
    return standIn(pointer);
  }

  /** What is inside has no pointer of its own: its names may belong to a value. */
  private void skip(String pointer) throws IOException {
    at = pointer;
    skipping = true;
    parser.skipChildren();
    skipping = false;
  }

  private void take(Shape.Kind kind, boolean string, int start, int end, String pointer) {
    try {
      values.put(pointer, cut(kind, string, start, end, pointer));
    } catch (Failure.Invalid refused) {
      if (refused.fields().getFirst().pointer().isEmpty()) {
        throw refused;
      }
      refused.fields().forEach(field -> wrong(field.pointer(), field.code()));
    }
  }

  private Body.Value cut(Shape.Kind kind, boolean string, int start, int end, String pointer) {
    byte[] json = Arrays.copyOfRange(input, start, end);
    byte[] bytes = string ? JsonText.unescape(json, pointer) : json.clone();
    SecretValue content =
        kind == Shape.Kind.BASE64 ? base64(bytes, pointer) : SecretValue.owning(bytes);
    return new Body.Value(content, SecretValue.owning(json), string);
  }

  private static SecretValue base64(byte[] text, String pointer) {
    try {
      if (text.length % 4 != 0) {
        throw Failure.invalid(pointer, Code.BAD_BASE64);
      }
      return SecretValue.owning(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw Failure.invalid(pointer, Code.BAD_BASE64);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** Where a value that is not a string ends; objects and arrays have been skipped already. */
  private int end(JsonToken token, int start) {
    if (token.isStructStart()) {
      return (int) parser.currentLocation().getByteOffset();
    }
    int end = start;
    while (end < input.length && ",]} \t\r\n".indexOf(input[end]) < 0) {
      end++;
    }
    return end;
  }

  /** Notes a fault of one field; the rest is still read. */
  private void wrong(String pointer, Code code) {
    if (faults.size() < Pointers.MOST) {
      faults.add(Pointers.fault(pointer, code));
    }
  }

  /** The parser names the field in its sentence alone. */
  private Failure duplicate(String sentence) {
    String[] quoted = sentence.split("'", -1);
    String name = skipping || quoted.length != 3 ? "" : "/" + quoted[1];
    return Failure.invalid(Pointers.shown(at + name), Code.DUPLICATE_KEY);
  }

  private static Failure malformed() {
    return Failure.invalid("", Code.MALFORMED_JSON);
  }
}
