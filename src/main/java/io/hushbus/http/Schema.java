package io.hushbus.http;

import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks a tree against a schema of the contract and names every fault by pointer and word, never
 * by what was sent.
 *
 * <p>Understands the keywords that the contract uses and refuses to be built from any other, so
 * that nothing in the contract is left unchecked. General validators answer in sentences that quote
 * the input and leave the word to be guessed; a test holds this one's verdicts against one of them.
 */
final class Schema {

  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._-]{1,127}");
  private static final Set<String> NOTES =
      Set.of(
          "description",
          "examples",
          "default",
          "contentEncoding",
          "x-hushbus-value",
          "x-hushbus-code");

  /** One keyword: the fault it finds, if any. */
  private record Rule(Predicate<Object> holds, Code fault) {}

  private final Set<String> types;
  private final List<Rule> rules = new ArrayList<>();
  private final Map<String, Schema> properties = new HashMap<>();
  private final List<String> required = new ArrayList<>();
  private @Nullable Schema others;
  private @Nullable Schema items;
  private @Nullable Pattern names;
  private boolean closed;
  private final Code formatFault;

  private Schema(JsonObject source) {
    this.types = types(source.getValue("type"));
    this.formatFault =
        Optional.ofNullable(source.getString("x-hushbus-code"))
            .map(word -> Code.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(Code.BAD_FORMAT);
    source.fieldNames().stream()
        .filter(keyword -> !NOTES.contains(keyword))
        .forEach(keyword -> add(keyword, source));
  }

  /**
   * @throws IllegalArgumentException for a keyword that is not enforced here
   */
  static Schema of(JsonObject source) {
    return new Schema(source);
  }

  /** Every fault of a tree, in the order of the schema. */
  List<Field> faults(@Nullable Object tree) {
    List<Field> found = new ArrayList<>();
    check(tree, "", found);
    return found;
  }

  /** The fault of a single parameter, if any. */
  Optional<Code> fault(@Nullable Object value) {
    return faults(value).stream().map(Field::code).findFirst();
  }

  private void add(String keyword, JsonObject source) {
    switch (keyword) {
      case "type" -> {}
      case "pattern" -> string(find(source.getString(keyword)), formatFault);
      case "format" -> string(format(source.getString(keyword)), formatFault);
      case "enum" -> {
        List<?> allowed = source.getJsonArray(keyword).getList();
        rules.add(new Rule(allowed::contains, Code.NOT_ALLOWED));
      }
      case "minLength" -> string(length(source.getInteger(keyword), true), Code.TOO_SHORT);
      case "maxLength" -> string(length(source.getInteger(keyword), false), Code.TOO_LONG);
      case "minItems" -> size(source.getInteger(keyword), true, Code.TOO_SHORT);
      case "maxItems", "maxProperties" -> size(source.getInteger(keyword), false, Code.TOO_LONG);
      case "minimum" -> number(source.getLong(keyword), true);
      case "maximum" -> number(source.getLong(keyword), false);
      case "required" -> source.getJsonArray(keyword).forEach(name -> required.add((String) name));
      case "properties" -> properties(source.getJsonObject(keyword));
      case "additionalProperties" -> additional(source.getValue(keyword));
      case "propertyNames" ->
          names = Pattern.compile(source.getJsonObject(keyword).getString("pattern"));
      case "items" -> items = of(source.getJsonObject(keyword));
      default ->
          throw new IllegalArgumentException(
              "the contract uses a keyword that is not enforced: " + keyword);
    }
  }

  private void properties(JsonObject source) {
    source.fieldNames().forEach(name -> properties.put(name, of(source.getJsonObject(name))));
  }

  private void additional(Object value) {
    closed = Boolean.FALSE.equals(value);
    others = value instanceof JsonObject schema ? of(schema) : null;
  }

  private void check(@Nullable Object tree, String pointer, List<Field> found) {
    if (!types.isEmpty() && !types.stream().anyMatch(type -> is(type, tree))) {
      found.add(new Field(pointer, Code.WRONG_TYPE));
      return;
    }
    if (tree == null) {
      return;
    }
    rules.stream()
        .filter(rule -> !rule.holds().test(tree))
        .findFirst()
        .ifPresent(rule -> found.add(new Field(pointer, rule.fault())));
    if (tree instanceof JsonObject object) {
      fields(object, pointer, found);
    } else if (tree instanceof JsonArray array && items != null) {
      elements(items, array, pointer, found);
    }
  }

  private void fields(JsonObject object, String pointer, List<Field> found) {
    required.stream()
        .filter(name -> !object.containsKey(name))
        .forEach(name -> found.add(new Field(pointer + "/" + name, Code.MISSING_FIELD)));
    for (String name : object.fieldNames()) {
      field(name, object.getValue(name), pointer, found);
    }
  }

  private void field(String name, @Nullable Object value, String pointer, List<Field> found) {
    Schema known = properties.getOrDefault(name, others);
    String at = below(pointer, name);
    if (known == null) {
      if (closed) {
        found.add(new Field(at, Code.UNKNOWN_FIELD));
      }
      return;
    }
    if (names != null && !names.matcher(name).find()) {
      found.add(new Field(at, Code.BAD_NAME));
    }
    known.check(value, at, found);
  }

  /**
   * The pointer to a field, or to its parent where the name is not a plain word: what a sender put
   * in the place of a name may have been meant as a value.
   */
  private static String below(String pointer, String name) {
    return SAFE.matcher(name).matches() ? pointer + "/" + name : pointer;
  }

  private static void elements(Schema each, JsonArray array, String pointer, List<Field> found) {
    for (int i = 0; i < array.size(); i++) {
      each.check(array.getValue(i), pointer + "/" + i, found);
    }
  }

  private void string(Predicate<String> holds, Code fault) {
    rules.add(new Rule(value -> !(value instanceof String text) || holds.test(text), fault));
  }

  private void number(long limit, boolean least) {
    rules.add(
        new Rule(
            value ->
                !(value instanceof Number number)
                    || (least ? number.doubleValue() >= limit : number.doubleValue() <= limit),
            Code.OUT_OF_RANGE));
  }

  private void size(int limit, boolean least, Code fault) {
    rules.add(new Rule(value -> least ? size(value) >= limit : size(value) <= limit, fault));
  }

  private static int size(Object value) {
    return switch (value) {
      case JsonArray array -> array.size();
      case JsonObject object -> object.size();
      default -> 0;
    };
  }

  private static Predicate<String> length(int limit, boolean least) {
    return text -> {
      int points = text.codePointCount(0, text.length());
      return least ? points >= limit : points <= limit;
    };
  }

  private static Predicate<String> find(String pattern) {
    return Pattern.compile(pattern.replaceFirst("\\$$", "\\\\z")).asPredicate();
  }

  private static Predicate<String> format(String format) {
    return switch (format) {
      case "uuid", "uri" -> text -> true;
      case "date-time" -> Schema::isTime;
      default -> throw new IllegalArgumentException("a format that is not enforced: " + format);
    };
  }

  private static boolean isTime(String text) {
    try {
      return OffsetDateTime.parse(text) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static Set<String> types(@Nullable Object type) {
    return switch (type) {
      case null -> Set.of();
      case JsonArray several -> Set.copyOf(several.stream().map(String.class::cast).toList());
      default -> Set.of((String) type);
    };
  }

  private static boolean is(String type, @Nullable Object value) {
    return switch (type) {
      case "object" -> value instanceof JsonObject;
      case "array" -> value instanceof JsonArray;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "number" -> value instanceof Number;
      case "integer" -> value instanceof Number n && n.doubleValue() == Math.rint(n.doubleValue());
      case "null" -> value == null;
      default -> throw new IllegalArgumentException("not a type of JSON Schema: " + type);
    };
  }
}
