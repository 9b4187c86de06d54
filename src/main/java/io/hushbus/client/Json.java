package io.hushbus.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A JSON object of an answer, with typed looks at its fields. For answers without values. */
public final class Json {

  /** An object without fields. */
  public static final Json EMPTY = new Json(new LinkedHashMap<>());

  /** Answers hold no value that a pool of buffers might keep, as far as this can help it. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
          .build();

  private final SequencedMap<String, @Nullable Object> fields;

  Json(SequencedMap<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  /** Empty for anything that is not one JSON object. */
  public static Optional<Json> parse(byte[] text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? Optional.of(new Json(object(parser)))
          : Optional.empty();
    } catch (IOException malformed) {
      return Optional.empty();
    }
  }

  /**
   * The fields in the order of the answer. What is in them is text, a {@code Long}, {@code Double}
   * or {@code BigInteger}, a {@code Boolean}, null, a {@code List} or a {@code SequencedMap} of the
   * same.
   */
  public SequencedMap<String, @Nullable Object> fields() {
    return Collections.unmodifiableSequencedMap(fields);
  }

  /** Whether the field is there, null or not. */
  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /**
   * @throws Unreachable if there is no such text: then no broker of this version has answered, as
   *     with all that must be there
   */
  public String text(String name) {
    return optionalText(name).orElseThrow(() -> unexpected(name));
  }

  public Optional<String> optionalText(String name) {
    return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  public long number(String name) {
    return optionalNumber(name).orElseThrow(() -> unexpected(name));
  }

  public OptionalLong optionalNumber(String name) {
    return fields.get(name) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
  }

  public Optional<Boolean> truth(String name) {
    return fields.get(name) instanceof Boolean truth ? Optional.of(truth) : Optional.empty();
  }

  public Optional<Instant> time(String name) {
    try {
      return optionalText(name).map(Instant::parse);
    } catch (DateTimeException malformed) {
      throw unexpected(name);
    }
  }

  /** The object in a field; an empty one if there is none. */
  public Json object(String name) {
    return optionalObject(name).orElse(EMPTY);
  }

  public Optional<Json> optionalObject(String name) {
    return Optional.ofNullable(fields.get(name)).flatMap(Json::ofTree);
  }

  /** The objects in an array; none if there is no such field. */
  public List<Json> objects(String name) {
    return list(name).stream()
        .map(item -> Optional.ofNullable(item).flatMap(Json::ofTree))
        .map(item -> item.orElseThrow(() -> unexpected(name)))
        .toList();
  }

  public List<String> texts(String name) {
    return list(name).stream().map(String::valueOf).toList();
  }

  @SuppressWarnings("unchecked") // only maps that were read here are in a tree
  private static Optional<Json> ofTree(Object item) {
    return item instanceof SequencedMap<?, ?> map
        ? Optional.of(new Json((SequencedMap<String, @Nullable Object>) map))
        : Optional.empty();
  }

  private List<?> list(String name) {
    return fields.get(name) instanceof List<?> list ? list : List.of();
  }

  private static Unreachable unexpected(String name) {
    return new Unreachable(
        "the answer lacks " + name + ": it is not from a broker of this version");
  }

  private static SequencedMap<String, @Nullable Object> object(JsonParser parser)
      throws IOException {
    SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return fields;
  }

  private static List<@Nullable Object> array(JsonParser parser) throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return items;
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      default -> scalar(parser);
    };
  }

  static @Nullable Object scalar(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Object whole(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? parser.getBigIntegerValue()
        : (Object) parser.getLongValue();
  }
}
