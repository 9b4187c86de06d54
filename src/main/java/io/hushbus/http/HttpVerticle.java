package io.hushbus.http;

import io.hushbus.model.ClientCertificate;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One event loop of the web front door. Deploy as many as there are cores; they share one {@link
 * FrontDoor} and one port.
 *
 * <p>HTTP/1.1 only, no compression in or out, no server name indication. A stop refuses what is
 * new, tells streams to end, and waits for what is in flight.
 */
public final class HttpVerticle extends VerticleBase {

  private static final Pattern REQUEST_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final int IDLE_SECONDS = 60;
  private static final Duration FIRST_HEAD = Duration.ofSeconds(10);

  private final FrontDoor door;
  private final Set<Runnable> streams = new LinkedHashSet<>();
  private final Set<HttpConnection> refused = new HashSet<>();
  private final Map<HttpConnection, HeadDeadline> heads = new HashMap<>();
  private final Duration firstHead;
  private final Optional<Mount> mount;
  private @Nullable HttpServer server;

  public HttpVerticle(FrontDoor door) {
    this(door, FIRST_HEAD);
  }

  /** With something else below a path of its own. */
  public HttpVerticle(FrontDoor door, Optional<Mount> mount) {
    this(door, FIRST_HEAD, mount);
  }

  /**
   * @param firstHead how long a new connection may take to send the head of its first request
   */
  HttpVerticle(FrontDoor door, Duration firstHead) {
    this(door, firstHead, Optional.empty());
  }

  private HttpVerticle(FrontDoor door, Duration firstHead, Optional<Mount> mount) {
    this.door = door;
    this.firstHead = firstHead;
    this.mount = mount;
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options = options(door.settings());
    mount.ifPresent(other -> other.limit(options));
    HttpServer http = vertx.createHttpServer(options);
    server = http;
    http.connectionHandler(this::connected);
    Routes routes = new Routes(door.operations());
    http.requestHandler(
        request ->
            mount
                .filter(other -> other.has(request))
                .ifPresentOrElse(
                    other -> visited(other.routes(), request), () -> requested(routes, request)));
    http.invalidRequestHandler(this::malformed);
    return http.listen();
  }

  @Override
  public Future<?> stop() {
    door.beginStop();
    List.copyOf(streams).forEach(Runnable::run);
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(door.settings().stopDeadline().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The port in use, once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }

  private static HttpServerOptions options(HttpSettings settings) {
    HttpServerOptions options = new HttpServerOptions();
    options.setHost(settings.host()).setPort(settings.port());
    options.setMaxInitialLineLength(8 * 1024).setMaxHeaderSize(16 * 1024);
    options.setHttp2ClearTextEnabled(false).setUseAlpn(false).setSni(false);
    options.setDecompressionSupported(false).setCompressionSupported(false);
    options.setPerFrameWebSocketCompressionSupported(false);
    options.setPerMessageWebSocketCompressionSupported(false);
    options.setHandle100ContinueAutomatically(false);
    options.setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
    settings.tls().ifPresent(tls -> tls.secure(options));
    return options;
  }

  private void connected(HttpConnection connection) {
    String network = network(connection);
    if (door.admit(connection, network)) {
      heads.put(
          connection,
          new HeadDeadline(vertx, connection, firstHead, Duration.ofSeconds(IDLE_SECONDS)));
      connection.closeHandler(closed -> released(connection, network));
    } else {
      refused.add(connection);
      connection.closeHandler(closed -> refused.remove(connection));
      connection.close();
    }
  }

  private void released(HttpConnection connection, String network) {
    HeadDeadline head = heads.remove(connection);
    if (head != null) {
      head.cancel();
    }
    door.release(connection, network);
  }

  private void requested(Routes routes, HttpServerRequest request) {
    if (HeadRules.hasBody(request)) {
      request.pause();
    }
    if (!refused.contains(request.connection())) {
      Exchange exchange = exchange(request);
      try {
        String path = exchange.admit();
        HeadRules.authority(request);
        Routes.Route route = routes.find(request.method(), path);
        exchange.run(route.operation(), route.texts());
      } catch (RuntimeException turnedAway) {
        exchange.refuse(turnedAway);
      }
    }
  }

  /** Somebody else's, once it is admitted like every request. */
  private void visited(Router mounted, HttpServerRequest request) {
    if (!refused.contains(request.connection())) {
      Exchange exchange = exchange(request);
      try {
        exchange.admit();
        refuseBody(request);
        exchange.limits();
        mounted.handle(request);
      } catch (RuntimeException turnedAway) {
        exchange.refuse(turnedAway);
      }
    }
  }

  /** Nobody reads one there, so that a sender could take its time over it. */
  private static void refuseBody(HttpServerRequest request) {
    if (HeadRules.hasBody(request)) {
      throw new Refusal(ProblemType.TOO_LARGE);
    }
  }

  private Exchange exchange(HttpServerRequest request) {
    return exchange(request, context(request));
  }

  private Exchange exchange(HttpServerRequest request, RequestContext context) {
    HeadDeadline head = heads.get(request.connection());
    if (head == null) {
      return new Exchange(vertx, door, request, context, streams, () -> {});
    }
    head.arrived();
    return new Exchange(vertx, door, request, context, streams, head::answered);
  }

  /** What the parser could not make a request of: answered, counted, and the connection closed. */
  private void malformed(HttpServerRequest request) {
    RuntimeException cause =
        switch (request.decoderResult().cause()) {
          case TooLongHttpLineException e -> new Refusal(ProblemType.URI_TOO_LONG);
          case TooLongHttpHeaderException e -> new Refusal(ProblemType.HEADERS_TOO_LARGE);
          case null, default -> Failure.invalid("", Failure.Code.BAD_HEADER);
        };
    RequestContext context =
        new RequestContext(door.uuids().ordered(), source(request.remoteAddress()));
    exchange(request, context).refuse(cause);
  }

  private RequestContext context(HttpServerRequest request) {
    String sent = request.getHeader("X-Request-Id");
    UUID id =
        sent != null && REQUEST_ID.matcher(sent).matches()
            ? UUID.fromString(sent)
            : door.uuids().ordered();
    return new RequestContext(id, source(request.remoteAddress()), certificate(request));
  }

  private Optional<ClientCertificate> certificate(HttpServerRequest request) {
    boolean asked = door.settings().tls().flatMap(HttpSettings.Tls::clientAuthorities).isPresent();
    return asked ? Certificates.of(request.connection()) : Optional.empty();
  }

  private static String network(HttpConnection connection) {
    return RequestContext.networkOf(source(connection.remoteAddress()));
  }

  private static String source(@Nullable SocketAddress sender) {
    String address = sender == null ? null : sender.hostAddress();
    return address == null ? "" : address;
  }
}
