package io.hushbus.http;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What an endpoint answers: a whole body, or a stream that takes the response over. */
public sealed interface Answer {

  /** The headers of a JSON object. */
  Map<String, String> OF_JSON = Map.of("Content-Type", "application/json");

  /** The same of one that nobody may keep. */
  Map<String, String> OF_VALUES =
      Map.of("Content-Type", "application/json", "Cache-Control", "no-store");

  /** A whole answer. The body's bytes are overwritten once they have been written to the socket. */
  final class Complete implements Answer {

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final String code;
    private final boolean carriesValue;

    /**
     * @param code the problem's code, or empty
     */
    Complete(int status, Map<String, String> headers, byte[] body, String code) {
      this(status, headers, body, code, false);
    }

    private Complete(
        int status, Map<String, String> headers, byte[] body, String code, boolean carriesValue) {
      this.status = status;
      this.headers = Map.copyOf(headers);
      this.body = body;
      this.code = code;
      this.carriesValue = carriesValue;
    }

    public int status() {
      return status;
    }

    public Map<String, String> headers() {
      return headers;
    }

    /** The bytes themselves, not a copy: whoever sends them overwrites them after. */
    public byte[] body() {
      return body;
    }

    /** Whether a value was spliced into it as it is. */
    boolean carriesValue() {
      return carriesValue;
    }

    /** Overwrites the body, which is not needed any more. */
    public void discard() {
      Arrays.fill(body, (byte) 0);
    }

    String code() {
      return code;
    }

    /** This answer with one more header, or another value for one it has. */
    public Complete with(String name, String value) {
      Map<String, String> all = new LinkedHashMap<>(headers);
      all.put(name, value);
      return new Complete(status, all, body, code, carriesValue);
    }

    /** The strong ETag of a version or sequence: the number in quotes. */
    public Complete etag(long number) {
      return with("ETag", Answer.tag(number));
    }

    /** Where the created thing is, as a path. */
    public Complete location(String path) {
      return with("Location", path);
    }

    Complete as(String mediaType) {
      return with("Content-Type", mediaType);
    }

    Complete problem(String word) {
      return new Complete(status, headers, body, word, carriesValue);
    }

    @Override
    public String toString() {
      return "Answer[" + status + "]";
    }
  }

  /**
   * Takes the response over: writes head and body itself, and must end it. The request's deadline
   * does not hold for it. {@code stopping} is called when the server is about to stop: say good-bye
   * and end.
   */
  non-sealed interface Streaming extends Answer {

    void start(HttpServerRequest request, Stop stopping);

    /** Where a stream leaves word how to be told that it must end, or has ended. */
    interface Stop {
      void onStop(Runnable close);

      /**
       * {@code gone} is called once the response is over, also because the far end left; at once if
       * it is already. The only way to learn it: a connection has a single close handler, and that
       * is the server's own.
       */
      void onGone(Runnable gone);
    }
  }

  /** A JSON object. {@code Cache-Control: no-store} is set if a value was spliced into it. */
  static Complete json(int status, Consumer<JsonWriter> content) {
    JsonWriter json = JsonWriter.write(content);
    return new Complete(
        status, json.carriesValue() ? OF_VALUES : OF_JSON, json.take(), "", json.carriesValue());
  }

  /** 200 with a JSON object. */
  static Complete ok(Consumer<JsonWriter> content) {
    return json(200, content);
  }

  /** 201 with a JSON object and where the new thing is. */
  static Complete created(String path, Consumer<JsonWriter> content) {
    return json(201, content).location(path);
  }

  /** 204. */
  static Complete nothing() {
    return empty(204);
  }

  /** 303: what is there to see is at that path. */
  static Complete elsewhere(String path) {
    return empty(303).location(path);
  }

  /** A strong ETag as texts have it: the number in quotes. */
  static String tag(long number) {
    return "\"" + number + "\"";
  }

  /** 304: not changed since that ETag. */
  static Complete unchanged(long number) {
    return empty(304).etag(number);
  }

  /** Public text of the broker's own, such as a page. */
  static Complete text(String mediaType, String text) {
    return bytes(mediaType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Public bytes of the broker's own. A copy is sent, so that the given array can be kept. */
  static Complete bytes(String mediaType, byte[] bytes) {
    return new Complete(200, Map.of("Content-Type", mediaType), bytes.clone(), "");
  }

  private static Complete empty(int status) {
    return new Complete(status, Map.of(), new byte[0], "");
  }
}
