package io.hushbus.http;

import io.hushbus.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listener for those who run the broker, on a port of its own: is the process alive, is it
 * ready, and its metrics. No credentials, and nothing about tenants.
 */
public final class ManagementVerticle extends VerticleBase {

  private static final long CHECK_SECONDS = 2;

  /** One condition of readiness; a failed or late future means no. */
  @FunctionalInterface
  public interface Check {
    Future<?> ask();
  }

  private final String host;
  private final int port;
  private final Map<String, Check> checks;
  private final Telemetry telemetry;
  private @Nullable HttpServer server;

  /**
   * @param checks by a word that the answer shows, such as {@code database}
   */
  public ManagementVerticle(String host, int port, Map<String, Check> checks, Telemetry telemetry) {
    this.host = host;
    this.port = port;
    this.checks = new TreeMap<>(checks);
    this.telemetry = telemetry;
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options = new HttpServerOptions();
    options.setHost(host).setPort(port).setHttp2ClearTextEnabled(false).setIdleTimeout(30);
    HttpServer http = vertx.createHttpServer(options);
    server = http;
    http.requestHandler(this::answer);
    return http.listen();
  }

  /** The port in use, once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }

  private void answer(HttpServerRequest request) {
    request.response().putHeader("X-Content-Type-Options", "nosniff");
    request.response().putHeader("Cache-Control", "no-store");
    switch (request.method().name() + " " + request.path()) {
      case "GET /livez" -> end(request, 200, "text/plain", "alive\n");
      case "GET /readyz" -> ready(request);
      case "GET /metrics" ->
          end(request, 200, "text/plain; version=0.0.4; charset=utf-8", telemetry.scrape());
      default -> end(request, 404, "text/plain", "not found\n");
    }
  }

  private void ready(HttpServerRequest request) {
    Map<String, Future<Boolean>> asked = new TreeMap<>();
    checks.forEach((name, check) -> asked.put(name, ask(check)));
    Future.join(asked.values().stream().toList())
        .onComplete(
            done -> {
              JsonObject said = new JsonObject();
              asked.forEach((name, answer) -> said.put(name, answer.result()));
              boolean all = asked.values().stream().allMatch(Future::result);
              JsonObject whole = new JsonObject().put("ready", all).put("checks", said);
              whole.put("tenants_set_back", telemetry.tenantsSetBack());
              whole.put("hints_silent", List.copyOf(new TreeSet<>(telemetry.hintsSilent())));
              end(request, all ? 200 : 503, "application/json", whole.encode());
            });
  }

  private static Future<Boolean> ask(Check check) {
    return Future.succeededFuture()
        .compose(start -> check.ask().timeout(CHECK_SECONDS, TimeUnit.SECONDS))
        .map(good -> true)
        .otherwise(false);
  }

  private static void end(HttpServerRequest request, int status, String type, String text) {
    request.response().setStatusCode(status).putHeader("Content-Type", type).end(text);
  }
}
