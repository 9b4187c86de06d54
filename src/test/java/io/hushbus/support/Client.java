package io.hushbus.support;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Queue;

/**
 * A caller of the HTTP interface, in straight lines. Keeps every answer that must be free of
 * values: all but those to a lease.
 */
public final class Client {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What came back, read whole. */
  public record Answer(int status, HttpHeaders headers, String body) {

    public JsonObject json() {
      return new JsonObject(body);
    }

    /** This answer, which must have that status. */
    public Answer expect(int wanted) {
      if (status != wanted) {
        throw new AssertionError("expected " + wanted + " and got " + status + ": " + body);
      }
      return this;
    }

    /** The stable word of a problem. */
    public String code() {
      return json().getString("code");
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  private final HttpClient http;
  private final String address;
  private final String token;
  private final Queue<String> answers;

  Client(HttpClient http, String address, String token, Queue<String> answers) {
    this.http = http;
    this.address = address;
    this.token = token;
    this.answers = answers;
  }

  /** A caller of a broker in another process. */
  public static Client of(HttpClient http, String address, String token, Queue<String> answers) {
    return new Client(http, address, token, answers);
  }

  static HttpClient plain() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(5))
        .build();
  }

  /** The same broker with another credential. */
  public Client as(String other) {
    return new Client(http, address, other, answers);
  }

  public Answer get(String path) {
    return send("GET", path);
  }

  public Answer delete(String path, String... headers) {
    return send("DELETE", path, headers);
  }

  public Answer post(String path, JsonObject body, String... headers) {
    return json("POST", path, body, headers);
  }

  public Answer put(String path, JsonObject body, String... headers) {
    return json("PUT", path, body, headers);
  }

  /** A JSON request; a PATCH is a merge patch. */
  public Answer json(String method, String path, JsonObject body, String... headers) {
    String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    HttpRequest.Builder request = request(path, headers).header("Content-Type", type);
    return answered(path, request.method(method, BodyPublishers.ofString(body.encode())).build());
  }

  /** A request without a body. */
  public Answer send(String method, String path, String... headers) {
    return answered(path, request(path, headers).method(method, BodyPublishers.noBody()).build());
  }

  /** A request with {@code body} as it is. */
  public Answer sendText(String method, String path, String body, String... headers) {
    HttpRequest.Builder request = request(path, headers);
    return answered(path, request.method(method, BodyPublishers.ofString(body)).build());
  }

  /** Opens the stream of notices. */
  public EventLines events(String query, String... headers) {
    HttpRequest request =
        request("/events" + query, headers).header("Accept", "text/event-stream").GET().build();
    return EventLines.open(http, request, answers);
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return headers.length == 0 ? request : request.headers(headers);
  }

  private URI uri(String path) {
    if (path.startsWith("http")) {
      return URI.create(path);
    }
    boolean rooted = path.startsWith("/.") || path.startsWith("/docs") || path.startsWith("/open");
    return URI.create(address + (rooted ? "" : "/api/v1") + path);
  }

  private Answer answered(String path, HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      boolean shown =
          path.equals("/leases")
              || path.matches("/leases/[^/]+/advance")
              || path.matches("/secrets/[^/]+/value\\?.*");
      boolean values = shown && response.statusCode() < 300;
      answers.add(response.headers().map() + (values ? "" : response.body()));
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an answer", stop);
    }
  }
}
