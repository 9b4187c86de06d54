package io.hushbus.bus;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One message of a peer, in the JSON of the event-bus bridges of Vert.x.
 *
 * @param replyAddress where the peer waits for an answer
 * @param body the JSON of the body, if there is one
 */
@SuppressWarnings("ArrayRecordComponent") // overwritten when it has been read
record Frame(
    Type type,
    String address,
    Optional<String> replyAddress,
    MultiMap headers,
    Optional<byte[]> body) {

  private static final int LONGEST_ADDRESS = 200;
  private static final int MOST_HEADERS = 32;
  private static final int LONGEST_HEADERS = 16 * 1024;

  /** What a peer can want. */
  enum Type {
    SEND,
    PUBLISH,
    REGISTER,
    UNREGISTER,
    PING
  }

  /** What is no frame: a peer that sends such a thing is not spoken to any more. */
  static final class Malformed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Malformed() {
      super("not a frame of the event-bus bridge", null, false, false);
    }
  }

  /**
   * @throws Malformed for anything that is not a frame within the limits
   */
  static Frame parse(Buffer bytes) {
    try {
      return parse(new JsonObject(bytes));
    } catch (DecodeException | ClassCastException other) {
      throw new Malformed();
    }
  }

  private static Frame parse(JsonObject json) {
    return new Frame(
        type(json.getString("type")),
        address(json.getString("address", "")),
        Optional.ofNullable(json.getString("replyAddress")).map(Frame::address),
        headers(json.getJsonObject("headers")),
        body(json.getValue("body")));
  }

  private static Type type(@Nullable String word) {
    return Arrays.stream(Type.values())
        .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(Malformed::new);
  }

  private static String address(String text) {
    boolean plain = text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    if (text.length() > LONGEST_ADDRESS || !plain) {
      throw new Malformed();
    }
    return text;
  }

  private static MultiMap headers(@Nullable JsonObject json) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (json == null) {
      return headers;
    }
    int size = 0;
    for (Map.Entry<String, Object> header : json) {
      JsonArray texts =
          header.getValue() instanceof JsonArray many
              ? many
              : new JsonArray().add(header.getValue());
      for (Object text : texts) {
        if (!(text instanceof String plain)) {
          throw new Malformed();
        }
        size += header.getKey().length() + plain.length();
        headers.add(header.getKey(), plain);
      }
    }
    if (headers.size() > MOST_HEADERS || size > LONGEST_HEADERS) {
      throw new Malformed();
    }
    return headers;
  }

  /** An empty object says no more than no body: the clients of Vert.x always send one. */
  private static Optional<byte[]> body(@Nullable Object json) {
    return switch (json) {
      case null -> Optional.empty();
      case JsonObject object when object.isEmpty() -> Optional.empty();
      case JsonObject object -> Optional.of(object.toBuffer().getBytes());
      default -> throw new Malformed();
    };
  }

  Optional<String> header(String name) {
    return headers.getAll(name).size() == 1
        ? Optional.ofNullable(headers.get(name))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "Frame[" + type + "]";
  }
}
