package io.hushbus;

import io.hushbus.bus.TcpBridge;
import io.hushbus.config.BrokerConfig;
import io.hushbus.http.FrontDoor;
import io.hushbus.http.HttpSettings;
import io.hushbus.http.HttpVerticle;
import io.hushbus.http.ManagementVerticle;
import io.hushbus.http.Readiness;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ports that a node listens on: one for requests, one for its health. */
record Listeners(
    Vertx vertx,
    List<String> deployed,
    HttpVerticle door,
    ManagementVerticle probes,
    Optional<TcpBridge> bridge) {

  private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(5);

  static HttpSettings settings(BrokerConfig config) {
    var server = config.server();
    var limits = config.limits();
    return new HttpSettings(
        server.host(),
        server.port(),
        server
            .tls()
            .map(
                tls -> new HttpSettings.Tls(tls.certificate(), tls.key(), tls.clientAuthorities())),
        server.maxConnections(),
        limits.connections(),
        limits.bodyBytes(),
        limits.requestsPerSecond(),
        limits.burst(),
        REQUEST_DEADLINE,
        Ground.STOP_DEADLINE,
        config.console().signIn().stream().map(Listeners::signIn).toList());
  }

  private static HttpSettings.SignIn signIn(BrokerConfig.SignIn one) {
    return new HttpSettings.SignIn(
        one.title(),
        one.tenant(),
        one.issuer().toString(),
        one.origin(),
        one.clientId(),
        one.scopes());
  }

  /** Opens the port of health first, then that of requests on every event loop. Blocks. */
  static Listeners open(Ground ground, FrontDoor door, AuditParts audit, BusParts bus) {
    var server = ground.config().server();
    var management = ground.config().management();
    var probes =
        new ManagementVerticle(
            management.host(), management.port(), ready(ground, door, audit), ground.telemetry());
    listen(ground.vertx(), probes, management.host(), management.port());
    var first = new HttpVerticle(door, bus.mount());
    List<String> deployed = new ArrayList<>();
    deployed.add(listen(ground.vertx(), first, server.host(), server.port()));
    for (int more = 1; more < server.eventLoops(); more++) {
      deployed.add(
          listen(
              ground.vertx(), new HttpVerticle(door, bus.mount()), server.host(), server.port()));
    }
    Optional<TcpBridge> bridge = bus.bridge();
    bridge.ifPresent(
        tcp ->
            deployed.add(
                listen(
                    ground.vertx(),
                    tcp,
                    server.host(),
                    ground.config().bus().tcpPort().orElseThrow())));
    return new Listeners(ground.vertx(), deployed, first, probes, bridge);
  }

  /** Closes the port of requests when those in flight have ended; that of health stays open. */
  Future<?> close() {
    return Future.join(deployed.reversed().stream().map(vertx::undeploy).toList());
  }

  private static Readiness ready(Ground ground, FrontDoor door, AuditParts audit) {
    Map<String, Readiness.Check> all = new HashMap<>(checks(ground, audit));
    all.put("running", () -> Future.succeededFuture(!door.stopping()).map(Listeners::yes));
    return new Readiness(all);
  }

  /** What a node needs of others to do its work. */
  static Map<String, Readiness.Check> checks(Ground ground, AuditParts audit) {
    return Map.of(
        "database", () -> ground.db().ping().map(Listeners::yes),
        "audit", () -> audit.sealer().writable().map(Listeners::yes));
  }

  private static Boolean yes(boolean answer) {
    if (!answer) {
      throw new IllegalStateException("not ready");
    }
    return true;
  }

  /** An address that cannot be had is its operator's to mend; any other failure is a bug. */
  private static String listen(Vertx vertx, Deployable verticle, String host, int port) {
    return vertx
        .deployVerticle(verticle)
        .recover(cause -> Future.failedFuture(refused(cause, host, port)))
        .await();
  }

  private static Throwable refused(Throwable cause, String host, int port) {
    return cause instanceof SocketException
        ? new StartRefused(
            StartRefused.Reason.ADDRESS,
            "cannot listen on %s:%d (%s)".formatted(host, port, cause.getMessage()))
        : cause;
  }
}
