package io.hushbus.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a tree fits a schema: yes, or perhaps not. Knows the keywords that the contract uses,
 * compiled once, and costs a tenth of the library, which is asked only about what does not fit
 * here. Says yes to nothing that the library finds a fault in.
 */
final class Fit {

  /** What whole numbers are in a tree. */
  private static final Set<Class<?>> WHOLE = Set.of(Long.class, Integer.class);

  /** Below this every whole number is a double. */
  private static final double EXACT = 1L << 53;

  private Fit() {}

  /**
   * The test of one schema, as {@link Schemas#enforced} leaves it. A keyword that is not known here
   * fits nothing, so that the library is asked.
   */
  static Predicate<@Nullable Object> of(JsonObject schema) {
    List<Predicate<@Nullable Object>> all = new ArrayList<>();
    for (String keyword : schema.fieldNames()) {
      all.add(keyword(schema, keyword));
    }
    List<Predicate<@Nullable Object>> tests = List.copyOf(all);
    return tree -> {
      for (Predicate<@Nullable Object> test : tests) {
        if (!test.test(tree)) {
          return false;
        }
      }
      return true;
    };
  }

  private static Predicate<@Nullable Object> keyword(JsonObject schema, String keyword) {
    return switch (keyword) {
      case "x-hushbus-code" -> tree -> true;
      case "type" -> type(schema.getValue(keyword));
      case "enum" -> among(schema.getJsonArray(keyword));
      case "pattern" -> pattern(Pattern.compile(schema.getString(keyword)));
      case "format" -> format(schema.getString(keyword));
      case "minLength" -> length(schema.getInteger(keyword), Integer.MAX_VALUE);
      case "maxLength" -> length(0, schema.getInteger(keyword));
      case "minItems" -> items(schema.getInteger(keyword), Integer.MAX_VALUE);
      case "maxItems" -> items(0, schema.getInteger(keyword));
      case "maxProperties" -> atMost(schema.getInteger(keyword));
      case "minimum" -> range(schema.getDouble(keyword), Double.POSITIVE_INFINITY);
      case "maximum" -> range(Double.NEGATIVE_INFINITY, schema.getDouble(keyword));
      case "required" -> required(schema.getJsonArray(keyword));
      case "properties" -> properties(schema.getJsonObject(keyword));
      case "items" -> each(of(schema.getJsonObject(keyword)));
      case "propertyNames" -> names(of(schema.getJsonObject(keyword)));
      case "additionalProperties" -> others(schema);
      default -> tree -> false;
    };
  }

  private static Predicate<@Nullable Object> type(Object named) {
    Set<String> types =
        named instanceof JsonArray several
            ? several.stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet())
            : Set.of((String) named);
    return tree -> types.contains(type(tree, types));
  }

  /** The type of a tree, in the word that these have for it. */
  private static String type(@Nullable Object tree, Set<String> types) {
    return switch (tree) {
      case null -> "null";
      case String text -> "string";
      case Boolean truth -> "boolean";
      case JsonObject object -> "object";
      case JsonArray array -> "array";
      case Number number when WHOLE.contains(number.getClass()) ->
          types.contains("integer") ? "integer" : "number";
      case Number number -> "number";
      default -> "";
    };
  }

  private static Predicate<@Nullable Object> among(JsonArray allowed) {
    Set<Object> words =
        allowed.stream().filter(String.class::isInstance).collect(Collectors.toUnmodifiableSet());
    return tree -> tree instanceof String text && words.contains(text);
  }

  private static Predicate<@Nullable Object> pattern(Pattern rule) {
    return tree -> !(tree instanceof String text) || rule.matcher(text).find();
  }

  /** Only ids in their usual form are sure; whatever else has a format is for the library. */
  private static Predicate<@Nullable Object> format(String format) {
    return tree -> !(tree instanceof String text) || (format.equals("uuid") && isId(text));
  }

  private static boolean isId(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  /** What counts as a character outside the first 65,536 is for the library to say. */
  private static Predicate<@Nullable Object> length(int least, int most) {
    return tree ->
        !(tree instanceof String text)
            || (text.length() >= least
                && text.length() <= most
                && text.codePointCount(0, text.length()) == text.length());
  }

  private static Predicate<@Nullable Object> items(int least, int most) {
    return tree ->
        !(tree instanceof JsonArray array) || (array.size() >= least && array.size() <= most);
  }

  private static Predicate<@Nullable Object> atMost(int most) {
    return tree -> !(tree instanceof JsonObject object) || object.size() <= most;
  }

  private static Predicate<@Nullable Object> range(double least, double most) {
    return tree ->
        !(tree instanceof Number number)
            || (Math.abs(number.doubleValue()) < EXACT
                && number.doubleValue() >= least
                && number.doubleValue() <= most);
  }

  private static Predicate<@Nullable Object> required(JsonArray names) {
    List<String> all = names.stream().map(String.class::cast).toList();
    return tree -> {
      if (!(tree instanceof JsonObject object)) {
        return true;
      }
      for (String name : all) {
        if (!object.containsKey(name)) {
          return false;
        }
      }
      return true;
    };
  }

  private static Predicate<@Nullable Object> properties(JsonObject parts) {
    Map<String, Predicate<@Nullable Object>> tests = new HashMap<>();
    parts.fieldNames().forEach(name -> tests.put(name, of(parts.getJsonObject(name))));
    return tree -> {
      if (!(tree instanceof JsonObject object)) {
        return true;
      }
      for (Map.Entry<String, Object> field : object.getMap().entrySet()) {
        Predicate<@Nullable Object> test = tests.get(field.getKey());
        if (test != null && !test.test(wrapped(field.getValue()))) {
          return false;
        }
      }
      return true;
    };
  }

  private static Predicate<@Nullable Object> each(Predicate<@Nullable Object> test) {
    return tree -> {
      if (!(tree instanceof JsonArray array)) {
        return true;
      }
      for (int i = 0; i < array.size(); i++) {
        if (!test.test(array.getValue(i))) {
          return false;
        }
      }
      return true;
    };
  }

  private static Predicate<@Nullable Object> names(Predicate<@Nullable Object> test) {
    return tree -> {
      if (!(tree instanceof JsonObject object)) {
        return true;
      }
      for (String name : object.fieldNames()) {
        if (!test.test(name)) {
          return false;
        }
      }
      return true;
    };
  }

  /** What is not among the properties: nothing, anything, or what fits a schema of its own. */
  private static Predicate<@Nullable Object> others(JsonObject schema) {
    Set<String> known =
        Set.copyOf(schema.getJsonObject("properties", new JsonObject()).fieldNames());
    Predicate<@Nullable Object> test =
        switch (schema.getValue("additionalProperties")) {
          case Boolean any -> tree -> any;
          case JsonObject part -> of(part);
          default -> tree -> false;
        };
    return tree -> {
      if (!(tree instanceof JsonObject object)) {
        return true;
      }
      for (Map.Entry<String, Object> field : object.getMap().entrySet()) {
        if (!known.contains(field.getKey()) && !test.test(wrapped(field.getValue()))) {
          return false;
        }
      }
      return true;
    };
  }

  /** A tree may hold maps and lists as they are. */
  @SuppressWarnings("unchecked")
  private static @Nullable Object wrapped(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> new JsonObject((Map<String, Object>) map);
      case List<?> list -> new JsonArray(list);
      case null, default -> value;
    };
  }
}
