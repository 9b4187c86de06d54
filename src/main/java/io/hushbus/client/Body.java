package io.hushbus.client;

import com.fasterxml.jackson.core.JsonParser;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object of a request, written into bytes. Values of secrets go from bytes to bytes and
 * never become strings. What was written is wiped when the request is over.
 *
 * <p>For one request and one thread.
 */
public final class Body implements AutoCloseable {

  private byte[] out = new byte[256];
  private int size;
  private boolean first = true;

  private Body() {
    put('{');
  }

  /** An object without fields yet. */
  public static Body object() {
    return new Body();
  }

  /**
   * An object of what is in a map: text, numbers, booleans, null, maps and collections of these.
   */
  public static Body of(Map<String, ? extends @Nullable Object> tree) {
    Body body = new Body();
    tree.forEach(body::tree);
    return body;
  }

  public Body field(String name, String text) {
    return named(name, () -> string(text.getBytes(StandardCharsets.UTF_8)));
  }

  public Body field(String name, long number) {
    return named(name, () -> ascii(Long.toString(number)));
  }

  public Body field(String name, boolean truth) {
    return named(name, () -> ascii(Boolean.toString(truth)));
  }

  /** The field, if there is something to say; else nothing. */
  public Body field(String name, Optional<String> text) {
    text.ifPresent(one -> field(name, one));
    return this;
  }

  /** The field as null, which in a merge patch removes it. */
  public Body none(String name) {
    return named(name, () -> ascii("null"));
  }

  public Body texts(String name, Collection<String> texts) {
    return tree(name, texts);
  }

  public Body object(String name, Consumer<Body> content) {
    return named(name, () -> block(content));
  }

  /** An array of objects. */
  public <T> Body array(String name, Collection<T> items, BiConsumer<Body, T> content) {
    return named(name, () -> list(items, item -> block(inner -> content.accept(inner, item))));
  }

  /**
   * A field of ordinary parts: text, a number, a boolean, null, a map or a collection of these.
   * Never of values.
   */
  public Body tree(String name, @Nullable Object tree) {
    return named(name, () -> node(tree));
  }

  /**
   * A value as text.
   *
   * @throws IllegalArgumentException if it is no UTF-8: ask {@link #isText} first
   */
  public Body secret(String name, SecretValue value) {
    return named(name, () -> splice(value, this::string));
  }

  /** A value of any bytes, in base64. */
  public Body secretBase64(String name, SecretValue value) {
    return named(name, () -> splice(value, this::base64));
  }

  /**
   * A value that is itself a JSON text, as it stands.
   *
   * @throws IllegalArgumentException if it is not exactly one JSON text
   */
  public Body secretJson(String name, SecretValue value) {
    return named(name, () -> splice(value, this::json));
  }

  /** A field of JSON that was written before; nothing if it is empty. */
  Body raw(String name, byte[] json) {
    return json.length == 0 ? this : named(name, () -> raw(json));
  }

  /** The entries of a secret: {@code data}, and {@code data_base64} of what is no text. */
  public Body secrets(Map<String, SecretValue> entries) {
    object("data", data -> each(entries, true, data::secret));
    if (!entries.values().stream().allMatch(Body::isText)) {
      object("data_base64", data -> each(entries, false, data::secretBase64));
    }
    return this;
  }

  private static void each(
      Map<String, SecretValue> entries, boolean text, BiConsumer<String, SecretValue> write) {
    entries.forEach(
        (name, value) -> {
          if (isText(value) == text) {
            write.accept(name, value);
          }
        });
  }

  /** Whether a value can go as text: it is well-formed UTF-8. */
  public static boolean isText(SecretValue value) {
    return value.reveal(Utf8::valid);
  }

  /** All of it; the writer is empty afterwards, and wiping the bytes is the caller's. */
  byte[] take() {
    put('}');
    byte[] exact = Arrays.copyOf(out, size);
    close();
    return exact;
  }

  private Body named(String name, Runnable content) {
    comma();
    string(name.getBytes(StandardCharsets.UTF_8));
    put(':');
    content.run();
    first = false;
    return this;
  }

  private void node(@Nullable Object tree) {
    switch (tree) {
      case null -> ascii("null");
      case Map<?, ?> map ->
          block(body -> map.forEach((name, one) -> body.tree(String.valueOf(name), one)));
      case Json json -> node(json.fields());
      case Collection<?> items -> list(items, this::node);
      case Number number -> ascii(number.toString());
      case Boolean truth -> ascii(truth.toString());
      case CharSequence text -> string(text.toString().getBytes(StandardCharsets.UTF_8));
      default -> throw new IllegalArgumentException("no JSON has a " + tree.getClass().getName());
    }
  }

  private void block(Consumer<Body> content) {
    put('{');
    first = true;
    content.accept(this);
    put('}');
    first = false;
  }

  private <T> void list(Collection<T> items, Consumer<T> content) {
    put('[');
    first = true;
    for (T item : items) {
      comma();
      content.accept(item);
      first = false;
    }
    put(']');
    first = false;
  }

  private static void splice(SecretValue value, Consumer<byte[]> form) {
    value.<Boolean>reveal(
        bytes -> {
          form.accept(bytes);
          return true;
        });
  }

  private void comma() {
    if (!first) {
      put(',');
    }
  }

  private void string(byte[] utf8) {
    if (!Utf8.valid(utf8)) {
      throw new IllegalArgumentException("not UTF-8: send it in base64");
    }
    room(utf8.length * 6 + 2);
    put('"');
    for (byte one : utf8) {
      escape(one);
    }
    put('"');
  }

  private void escape(byte one) {
    if (one == '"' || one == '\\') {
      put('\\');
      put((char) one);
    } else if (one >= 0 && one < 0x20) {
      ascii("\\u00");
      put(Character.forDigit(one >> 4, 16));
      put(Character.forDigit(one & 15, 16));
    } else {
      put((char) (one & 0xFF));
    }
  }

  private void base64(byte[] bytes) {
    byte[] coded = Base64.getEncoder().encode(bytes);
    put('"');
    raw(coded);
    put('"');
    Arrays.fill(coded, (byte) 0);
  }

  private void json(byte[] text) {
    if (!Utf8.valid(text) || !isJson(text)) {
      throw new IllegalArgumentException("the value is no JSON");
    }
    raw(text);
  }

  private static boolean isJson(byte[] text) {
    try (JsonParser parser = Json.FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException malformed) {
      return false;
    }
  }

  private void ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
  }

  private void raw(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
  }

  private void put(char one) {
    room(1);
    out[size++] = (byte) one;
  }

  private void room(int more) {
    if (out.length - size < more) {
      byte[] old = out;
      out = Arrays.copyOf(old, Math.max(old.length * 2, size + more));
      Arrays.fill(old, (byte) 0);
    }
  }

  /** Wipes what was written. */
  @Override
  public void close() {
    Arrays.fill(out, (byte) 0);
    size = 0;
  }

  @Override
  public String toString() {
    return "Body[hidden]";
  }
}
