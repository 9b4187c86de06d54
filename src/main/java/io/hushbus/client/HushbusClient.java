package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * A broker, spoken to over HTTP by one caller. Every method blocks for at most the deadline. Safe
 * for use by many threads.
 */
public final class HushbusClient implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final URI address;
  private final SecretValue token;
  private final HttpClient http;

  private HushbusClient(URI address, SecretValue token, HttpClient http) {
    this.address = address;
    this.token = token;
    this.http = http;
  }

  /**
   * @param address such as {@code https://broker.example:8420}, without a path
   * @param token an API key or a broker token; taken over, and closed with the client
   * @param trust whom to trust beside the address's own name; empty: the JDK's authorities
   */
  public static HushbusClient of(URI address, SecretValue token, Optional<SSLContext> trust) {
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    trust.ifPresent(http::sslContext);
    return new HushbusClient(address, token, http.build());
  }

  /** Gives a tenant a new key and begins to move everything under it; for operators. */
  public Operation rotateTenantKey(String tenant) {
    return Operation.of(post("/tenants/" + tenant + "/keys"));
  }

  /** The generations of a tenant's key, oldest first; for operators. */
  public List<TenantKey> tenantKeys(String tenant) {
    return get("/tenants/" + tenant + "/keys").objects("keys").stream().map(TenantKey::of).toList();
  }

  /** Begins to put everything under the root key that the broker has as current; for operators. */
  public Operation rotateRootKey() {
    return Operation.of(post("/root-key/rotate"));
  }

  /** Which root keys are in use; for operators. */
  public RootKeyState rootKey() {
    return RootKeyState.of(get("/root-key"));
  }

  /** How far long work is. */
  public Operation operation(String id) {
    return Operation.of(get("/operations/" + id));
  }

  private Json get(String path) {
    return send(request(path).GET());
  }

  private Json post(String path) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}")));
  }

  private HttpRequest.Builder request(String path) {
    String bearer = token.reveal(bytes -> "Bearer " + new String(bytes, StandardCharsets.US_ASCII));
    return HttpRequest.newBuilder(address.resolve("/api/v1" + path))
        .timeout(DEADLINE)
        .header("Authorization", bearer)
        .header("Accept", "application/json");
  }

  private Json send(HttpRequest.Builder request) {
    HttpResponse<byte[]> response = exchanged(request.build());
    Optional<Json> body = Json.parse(response.body());
    if (response.statusCode() / 100 == 2) {
      return body.orElseThrow(
          () -> new Unreachable("what answers at " + address + " is no broker"));
    }
    throw refused(response, body);
  }

  private HttpResponse<byte[]> exchanged(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (HttpTimeoutException late) {
      throw new Unreachable("no answer from " + address + " in time");
    } catch (SSLException untrusted) {
      throw new Unreachable("no trusted TLS connection to " + address);
    } catch (IOException away) {
      throw new Unreachable("no connection to " + address);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Unreachable("interrupted");
    }
  }

  private static Refused refused(HttpResponse<byte[]> response, Optional<Json> problem) {
    int status = response.statusCode();
    return new Refused(
        status,
        problem.flatMap(json -> json.optionalText("code")).orElse("unknown"),
        problem.flatMap(json -> json.optionalText("title")).orElse("status " + status),
        response.headers().firstValue("X-Request-Id"));
  }

  @Override
  public void close() {
    http.close();
    token.close();
  }
}
