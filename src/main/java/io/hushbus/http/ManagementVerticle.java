package io.hushbus.http;

import io.hushbus.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The listener for those who run the broker, on a port of its own: is the process alive, is it
 * ready, and its metrics. No credentials, and nothing about tenants.
 */
public final class ManagementVerticle extends VerticleBase {

  private final String host;
  private final int port;
  private final Readiness readiness;
  private final Telemetry telemetry;
  private @Nullable HttpServer server;

  public ManagementVerticle(String host, int port, Readiness readiness, Telemetry telemetry) {
    this.host = host;
    this.port = port;
    this.readiness = readiness;
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
    readiness
        .ask()
        .onSuccess(
            checks -> {
              JsonObject said = new JsonObject();
              checks.forEach(said::put);
              boolean all = !checks.containsValue(false);
              JsonObject whole = new JsonObject().put("ready", all).put("checks", said);
              whole.put("tenants_set_back", telemetry.tenantsSetBack());
              whole.put("hints_silent", List.copyOf(new TreeSet<>(telemetry.hintsSilent())));
              end(request, all ? 200 : 503, "application/json", whole.encode());
            });
  }

  private static void end(HttpServerRequest request, int status, String type, String text) {
    request.response().setStatusCode(status).putHeader("Content-Type", type).end(text);
  }
}
