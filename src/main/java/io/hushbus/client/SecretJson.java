package io.hushbus.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hushbus.model.Failure;
import io.hushbus.model.JsonText;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer that holds values: of leases, of a reveal, a new key or token. What is a value is cut
 * out of the bytes and never becomes text; the rest is ordinary {@link Json}.
 *
 * <p>Values that nobody took are wiped by {@link #close}.
 */
public final class SecretJson implements AutoCloseable {

  private static final Set<String> MAPS = Set.of("data", "data_base64");

  private final SequencedMap<String, SecretValue> values = new LinkedHashMap<>();
  private final byte[] input;
  private final JsonParser parser;
  private final Set<String> hidden;
  private Json rest = Json.EMPTY;

  private SecretJson(byte[] input, JsonParser parser, Set<String> hidden) {
    this.input = input;
    this.parser = parser;
    this.hidden = hidden;
  }

  /**
   * Reads an answer and overwrites its bytes.
   *
   * @param hidden the names of fields whose text is a value, beside what is in {@code data} and
   *     {@code data_base64}
   * @return empty for anything that is not one JSON object
   */
  static Optional<SecretJson> read(byte[] input, Set<String> hidden) {
    try (JsonParser parser = Json.FACTORY.createParser(input)) {
      SecretJson all = new SecretJson(input, parser, hidden);
      return all.filled() ? Optional.of(all) : Optional.empty();
    } catch (IOException noIo) {
      return Optional.empty();
    } finally {
      Arrays.fill(input, (byte) 0);
    }
  }

  private boolean filled() {
    try {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        rest = new Json(object(""));
        return true;
      }
    } catch (IOException | Failure | IllegalArgumentException malformed) {
      close();
    }
    return false;
  }

  /** Everything that is no value. */
  public Json rest() {
    return rest;
  }

  /**
   * One value, which the caller closes from now on.
   *
   * @param pointer such as {@code /token} or {@code /leases/0/data/password}; what came in {@code
   *     data_base64} is found under {@code data}
   */
  public Optional<SecretValue> take(String pointer) {
    return Optional.ofNullable(values.remove(pointer));
  }

  /**
   * All values of one object, by their names, which the caller closes from now on.
   *
   * @param pointer such as {@code /data} or {@code /leases/0/data}
   */
  public SequencedMap<String, SecretValue> takeAll(String pointer) {
    SequencedMap<String, SecretValue> taken = new LinkedHashMap<>();
    String start = pointer + "/";
    values.keySet().stream()
        .filter(at -> at.startsWith(start))
        .toList()
        .forEach(at -> take(at).ifPresent(one -> taken.put(at.substring(start.length()), one)));
    return taken;
  }

  private SequencedMap<String, @Nullable Object> object(String pointer) throws IOException {
    SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_OBJECT && MAPS.contains(name)) {
        entries(pointer, name.equals("data_base64"));
      } else if (token == JsonToken.VALUE_STRING && hidden.contains(name)) {
        put(pointer + "/" + name, text());
      } else {
        fields.put(name, node(pointer + "/" + name));
      }
    }
    return fields;
  }

  private @Nullable Object node(String pointer) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(pointer);
      case START_ARRAY -> array(pointer);
      default -> Json.scalar(parser);
    };
  }

  private List<@Nullable Object> array(String pointer) throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node(pointer + "/" + items.size()));
    }
    return items;
  }

  private void entries(String pointer, boolean base64) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String at = pointer + "/data/" + parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new IllegalArgumentException("a value is text");
      }
      put(at, base64 ? decoded(text()) : text());
    }
  }

  private void put(String pointer, byte[] bytes) {
    SecretValue former = values.put(pointer, SecretValue.owning(bytes));
    if (former != null) {
      former.close();
    }
  }

  private byte[] text() {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    byte[] quoted = Arrays.copyOfRange(input, start, JsonText.end(input, start));
    try {
      return JsonText.unescape(quoted, "");
    } finally {
      Arrays.fill(quoted, (byte) 0);
    }
  }

  private static byte[] decoded(byte[] base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } finally {
      Arrays.fill(base64, (byte) 0);
    }
  }

  @Override
  public void close() {
    values.values().forEach(SecretValue::close);
    values.clear();
  }

  @Override
  public String toString() {
    return "SecretJson[hidden]";
  }
}
