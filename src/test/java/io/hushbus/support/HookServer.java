package io.hushbus.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An endpoint on loopback that keeps what it is posted, and answers as the test says. */
public final class HookServer implements AutoCloseable {

  /** One call. */
  public record Received(String id, String timestamp, String signature, String body) {

    public JsonObject json() {
      return new JsonObject(body);
    }

    public long sequence() {
      return Long.parseLong(json().getString("sequence"));
    }
  }

  /** Answers 200 to all. */
  public static final Consumer<HttpServerRequest> WELL = request -> request.response().end();

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Function<Received, Consumer<HttpServerRequest>> mood = call -> WELL;

  public HookServer(Vertx vertx) {
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              Received call =
                                  new Received(
                                      request.getHeader("webhook-id"),
                                      request.getHeader("webhook-timestamp"),
                                      request.getHeader("webhook-signature"),
                                      body.toString());
                              received.add(call);
                              mood.apply(call).accept(request);
                            }))
            .listen(0, "127.0.0.1")
            .await();
  }

  /** Answers {@code status} from now on. */
  public void answers(int status, String... headers) {
    mood(call -> status(status, headers));
  }

  /** Answers each call as {@code next} says. */
  public void mood(Function<Received, Consumer<HttpServerRequest>> next) {
    mood = next;
  }

  public static Consumer<HttpServerRequest> status(int status, String... headers) {
    return request -> {
      var response = request.response().setStatusCode(status);
      for (int i = 0; i < headers.length; i += 2) {
        response.putHeader(headers[i], headers[i + 1]);
      }
      response.end();
    };
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort() + "/hook";
  }

  public List<Received> received() {
    return List.copyOf(received);
  }

  public List<Long> sequences() {
    return received.stream().map(Received::sequence).toList();
  }

  public void forget() {
    received.clear();
  }

  /** Whether a receiver that holds {@code key} takes the call: one of the signatures is its own. */
  public static boolean verifies(Received call, String key) {
    return verifies(call.id(), call.timestamp(), call.signature(), call.body(), key);
  }

  /** The check of Standard Webhooks, as a receiver does it. */
  public static boolean verifies(
      String id, String timestamp, String signature, String body, String key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] bytes = Base64.getDecoder().decode(key.substring("whsec_".length()));
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
      byte[] tag =
          mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
      String expected = "v1," + Base64.getEncoder().encodeToString(tag);
      return List.of(signature.split(" ", -1)).contains(expected);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close().await();
  }
}
