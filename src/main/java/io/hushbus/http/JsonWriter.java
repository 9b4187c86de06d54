package io.hushbus.http;

import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Utf8;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes one JSON object as bytes. Values of secrets are spliced from bytes to bytes and never
 * become strings; that one was spliced is remembered, so that the answer forbids caching.
 *
 * <p>The buffer is overwritten whenever it is given up. Not safe for use by several threads.
 */
public final class JsonWriter {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] out = new byte[1024];
  private int size;
  private boolean first = true;
  private boolean carriesValue;

  JsonWriter() {}

  /** The bytes of one object; the writer must not be used after. */
  static JsonWriter write(Consumer<JsonWriter> content) {
    JsonWriter json = new JsonWriter();
    json.block('{', '}', content);
    return json;
  }

  public JsonWriter field(String name, String text) {
    name(name);
    string(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public JsonWriter field(String name, long number) {
    name(name);
    ascii(Long.toString(number));
    return this;
  }

  public JsonWriter field(String name, boolean truth) {
    name(name);
    ascii(Boolean.toString(truth));
    return this;
  }

  /** A time in UTC, to the millisecond. */
  public JsonWriter field(String name, Instant time) {
    return field(name, time(time));
  }

  /** A time as it is written in every answer. */
  static String time(Instant time) {
    LocalDateTime at = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    if (at.getYear() < 1000 || at.getYear() > 9999) {
      return TIME.format(time);
    }
    byte[] text = "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.ISO_8859_1);
    digits(text, 0, 4, at.getYear());
    digits(text, 5, 2, at.getMonthValue());
    digits(text, 8, 2, at.getDayOfMonth());
    digits(text, 11, 2, at.getHour());
    digits(text, 14, 2, at.getMinute());
    digits(text, 17, 2, at.getSecond());
    digits(text, 20, 3, time.getNano() / 1_000_000);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void digits(byte[] text, int from, int count, int number) {
    int rest = number;
    for (int i = from + count - 1; i >= from; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** The field, if there is something to say; else nothing. */
  public JsonWriter field(String name, Optional<String> text) {
    text.ifPresent(t -> field(name, t));
    return this;
  }

  /** An ordinary tree, such as a stored notice. It must not hold values. */
  public JsonWriter field(String name, JsonObject tree) {
    name(name);
    raw(tree.encode().getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public JsonWriter texts(String name, Collection<String> texts) {
    name(name);
    return block(
        '[',
        ']',
        json ->
            texts.forEach(
                text -> {
                  comma();
                  string(text.getBytes(StandardCharsets.UTF_8));
                }));
  }

  public JsonWriter texts(String name, Map<String, String> texts) {
    return object(name, json -> texts.forEach(json::field));
  }

  public JsonWriter object(String name, Consumer<JsonWriter> content) {
    name(name);
    return block('{', '}', content);
  }

  /** An array of objects. */
  public <T> JsonWriter array(String name, Collection<T> items, BiConsumer<JsonWriter, T> content) {
    name(name);
    return block(
        '[',
        ']',
        json ->
            items.forEach(
                item -> {
                  comma();
                  block('{', '}', inner -> content.accept(inner, item));
                }));
  }

  /** An array of ordinary trees, such as notices. */
  public JsonWriter trees(String name, Collection<JsonObject> trees) {
    name(name);
    return block(
        '[',
        ']',
        json ->
            trees.forEach(
                tree -> {
                  comma();
                  raw(tree.encode().getBytes(StandardCharsets.UTF_8));
                }));
  }

  /**
   * A value as a JSON string.
   *
   * @throws IllegalArgumentException if it is not UTF-8: the caller should have asked {@link
   *     #isText}
   */
  public JsonWriter secret(String name, SecretValue value) {
    name(name);
    return splice(value, this::string);
  }

  /** The same where there is one; else no field. */
  public JsonWriter secret(String name, Optional<SecretValue> value) {
    return value.isPresent() ? secret(name, value.get()) : this;
  }

  /** A value as a JSON string of its base64 (RFC 4648 section 4). */
  public JsonWriter secretBase64(String name, SecretValue value) {
    name(name);
    return splice(value, this::base64);
  }

  /**
   * The entries of a payload as {@code data}, and those that are not UTF-8 as {@code data_base64}.
   * Closes the payload: after this its bytes are nowhere but here.
   */
  public JsonWriter payload(Payload payload) {
    try (payload) {
      object("data", json -> entries(payload, true, json::secret));
      if (payload.entries().values().stream().anyMatch(value -> !isText(value))) {
        object("data_base64", json -> entries(payload, false, json::secretBase64));
      }
    }
    return this;
  }

  private static void entries(
      Payload payload, boolean text, BiConsumer<String, SecretValue> write) {
    for (Map.Entry<EntryName, SecretValue> entry : payload.entries().entrySet()) {
      if (isText(entry.getValue()) == text) {
        write.accept(entry.getKey().text(), entry.getValue());
      }
    }
  }

  /** Whether a value can be a JSON string: it is valid UTF-8. */
  public static boolean isText(SecretValue value) {
    return value.reveal(Utf8::valid);
  }

  /** Whether a value was spliced. */
  boolean carriesValue() {
    return carriesValue;
  }

  /** The bytes, exactly; the writer's own buffer is overwritten. */
  byte[] take() {
    byte[] exact = Arrays.copyOf(out, size);
    Arrays.fill(out, (byte) 0);
    return exact;
  }

  private JsonWriter splice(SecretValue value, Consumer<byte[]> form) {
    carriesValue = true;
    value.<Boolean>reveal(
        bytes -> {
          form.accept(bytes);
          return true;
        });
    return this;
  }

  private JsonWriter block(char open, char close, Consumer<JsonWriter> content) {
    put(open);
    first = true;
    content.accept(this);
    put(close);
    first = false;
    return this;
  }

  private void name(String name) {
    comma();
    string(name.getBytes(StandardCharsets.UTF_8));
    put(':');
  }

  private void comma() {
    if (!first) {
      put(',');
    }
    first = false;
  }

  private void string(byte[] utf8) {
    if (!Utf8.valid(utf8)) {
      throw new IllegalArgumentException("not UTF-8: the caller must choose base64");
    }
    put('"');
    if (plain(utf8)) {
      raw(utf8);
    } else {
      room(utf8.length * 6 + 2);
      for (byte b : utf8) {
        escape(b);
      }
    }
    put('"');
  }

  private static boolean plain(byte[] utf8) {
    for (byte b : utf8) {
      if (b == '"' || b == '\\' || (b >= 0 && b < 0x20) || b == 0x7F) {
        return false;
      }
    }
    return true;
  }

  private void escape(byte b) {
    switch (b) {
      case '"', '\\' -> pair((char) b);
      case '\n' -> pair('n');
      case '\r' -> pair('r');
      case '\t' -> pair('t');
      default -> {
        if ((b >= 0 && b < 0x20) || b == 0x7F) {
          ascii("\\u00");
          put((char) HEX[b >> 4]);
          put((char) HEX[b & 15]);
        } else {
          put((char) (b & 0xFF));
        }
      }
    }
  }

  private void pair(char letter) {
    put('\\');
    put(letter);
  }

  private void base64(byte[] bytes) {
    byte[] coded = Base64.getEncoder().encode(bytes);
    put('"');
    raw(coded);
    put('"');
    Arrays.fill(coded, (byte) 0);
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
}
