package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Utf8;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads an {@code application/x-www-form-urlencoded} body, as OAuth 2 wants it, into the same form
 * as a JSON body: values as bytes, ordinary fields as text, each name at most once.
 */
final class FormReader {

  private static final int FIELDS = 32;

  private FormReader() {}

  static Body read(byte[] input, Shape.Fields shape, byte[] digest) {
    Map<String, Body.Value> values = new LinkedHashMap<>();
    JsonObject tree = new JsonObject();
    int start = 0;
    try {
      for (int count = 0; start < input.length; count++) {
        if (count == FIELDS) {
          throw Failure.invalid("", Code.TOO_LONG);
        }
        int end = find(input, '&', start, input.length);
        field(input, start, end, shape, tree, values);
        start = end + 1;
      }
      return new Body(tree, values, digest);
    } catch (Failure e) {
      values.values().forEach(Body.Value::close);
      throw e;
    }
  }

  private static void field(
      byte[] input,
      int start,
      int end,
      Shape.Fields shape,
      JsonObject tree,
      Map<String, Body.Value> values) {
    int equals = find(input, '=', start, end);
    String name = new String(decode(input, start, equals), StandardCharsets.UTF_8);
    if (tree.containsKey(name)) {
      throw Failure.invalid(Pointers.shown("/" + name), Code.DUPLICATE_KEY);
    }
    byte[] content = content(input, Math.min(end, equals + 1), end, name);
    Shape known = shape.of(name).orElse(null);
    switch (known) {
      case Shape.Value value -> {
        values.put(
            "/" + name,
            new Body.Value(SecretValue.owning(content), SecretValue.owning(new byte[0]), true));
        tree.put(name, "");
      }
      case null -> tree.putNull(name);
      default -> tree.put(name, new String(content, StandardCharsets.UTF_8));
    }
  }

  private static byte[] content(byte[] input, int start, int end, String name) {
    try {
      return decode(input, start, end);
    } catch (Failure.Invalid refused) {
      throw refused.at(Pointers.shown("/" + name));
    }
  }

  private static int find(byte[] input, char wanted, int start, int end) {
    for (int i = start; i < end; i++) {
      if (input[i] == wanted) {
        return i;
      }
    }
    return end;
  }

  private static byte[] decode(byte[] input, int start, int end) {
    byte[] out = new byte[end - start];
    int to = 0;
    for (int i = start; i < end; i++) {
      if (input[i] == '%') {
        out[to++] = (byte) ((digit(input, i + 1, end) << 4) | digit(input, i + 2, end));
        i += 2;
      } else {
        out[to++] = input[i] == '+' ? (byte) ' ' : input[i];
      }
    }
    byte[] exact = Arrays.copyOf(out, to);
    Arrays.fill(out, (byte) 0);
    if (!Utf8.valid(exact)) {
      throw Failure.invalid("", Code.BAD_UTF8);
    }
    return exact;
  }

  private static int digit(byte[] input, int at, int end) {
    int digit = at < end && input[at] > 0 ? Character.digit(input[at], 16) : -1;
    if (digit < 0) {
      throw Failure.invalid("", Code.BAD_FORMAT);
    }
    return digit;
  }
}
