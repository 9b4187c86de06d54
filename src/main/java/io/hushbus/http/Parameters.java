package io.hushbus.http;

import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The path, query and header parameters of a request, checked against the contract. A query
 * parameter that the contract does not know, or that is repeated without leave, is refused; but for
 * the one page that others redirect to.
 */
final class Parameters {

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");

  private final Map<String, List<String>> values;
  private final List<Field> faults;

  private Parameters(Map<String, List<String>> values, List<Field> faults) {
    this.values = values;
    this.faults = List.copyOf(faults);
  }

  static Parameters read(
      Operation operation,
      Map<String, String> path,
      Map<String, List<String>> asked,
      MultiMap headers) {
    Map<String, List<String>> found = new HashMap<>();
    List<Field> faults = new ArrayList<>();
    for (Operation.Parameter parameter : operation.parameters()) {
      List<String> texts =
          switch (parameter.in()) {
            case "path" -> List.of(path.get(parameter.name()));
            case "header" -> headers.getAll(parameter.name());
            default -> asked.getOrDefault(parameter.name(), List.of());
          };
      check(parameter, texts, faults);
      found.put(parameter.name(), texts);
    }
    if (!asked.isEmpty() && !operation.anyQuery()) {
      strangers(operation, asked.keySet(), faults);
    }
    return new Parameters(found, faults);
  }

  /** What is wrong with them: to be told together with what is wrong with the body. */
  List<Field> faults() {
    return faults;
  }

  /** All texts of a parameter; empty if it was not sent. */
  List<String> all(String name) {
    List<String> texts = values.get(name);
    if (texts == null) {
      throw new IllegalArgumentException("the contract has no such parameter: " + name);
    }
    return texts;
  }

  /** The first text of a parameter; empty if it was not sent. */
  Optional<String> first(String name) {
    List<String> texts = all(name);
    return texts.isEmpty() ? Optional.empty() : Optional.of(texts.getFirst());
  }

  private static void strangers(Operation operation, Set<String> asked, List<Field> faults) {
    for (String name : asked) {
      if (!knows(operation, name)) {
        faults.add(new Field(pointer(name), Code.UNKNOWN_PARAMETER));
      }
    }
  }

  private static boolean knows(Operation operation, String name) {
    for (Operation.Parameter parameter : operation.parameters()) {
      if (parameter.name().equals(name) && parameter.in().equals("query")) {
        return true;
      }
    }
    return false;
  }

  private static String pointer(String name) {
    return WORD.matcher(name).matches() ? "?" + name : "?";
  }

  private static void check(Operation.Parameter parameter, List<String> texts, List<Field> faults) {
    boolean list = parameter.type().equals("array");
    if (texts.isEmpty()) {
      if (parameter.required()) {
        faults.add(new Field("?" + parameter.name(), Code.MISSING_FIELD));
      }
    } else if (texts.size() > 1 && !list) {
      faults.add(new Field("?" + parameter.name(), Code.NOT_ALLOWED));
    } else {
      Object value = list ? new JsonArray(texts) : typed(parameter.type(), texts.getFirst());
      parameter
          .schema()
          .fault(value)
          .ifPresent(code -> faults.add(new Field("?" + parameter.name(), code)));
    }
  }

  /** A text that is not of its type stays a text, and the schema finds that. */
  private static Object typed(String type, String text) {
    if (type.equals("integer") && WHOLE.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    boolean truth = text.equals("true") || text.equals("false");
    return type.equals("boolean") && truth ? (Object) Boolean.valueOf(text) : text;
  }
}
