package io.hushbus.bus;

import io.hushbus.http.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The SockJS event-bus bridge, on the listener of requests, over WebSockets alone: the transports
 * that make many requests of one connection have no place for the caps. A page of another origin is
 * refused; what a token in a frame may do does not depend on cookies anyway.
 */
public final class SockJsBridge {

  /** Where it is found. */
  public static final String PATH = "/eventbus";

  private static final int FORBIDDEN = 403;

  private final Bridges bridges;

  public SockJsBridge(Bridges bridges) {
    this.bridges = bridges;
  }

  /** The routes, one such for each event loop. */
  public Router router(Vertx vertx) {
    SockJSHandlerOptions options = new SockJSHandlerOptions();
    options.addDisabledTransport("XHR");
    options.addDisabledTransport("EVENT_SOURCE");
    options.addDisabledTransport("HTML_FILE");
    options.addDisabledTransport("JSON_P");
    Router router = Router.router(vertx);
    router.route().handler(SockJsBridge::sameOrigin);
    router
        .route(PATH + "/*")
        .subRouter(
            SockJSHandler.create(vertx, options).socketHandler(socket -> serve(vertx, socket)));
    return router;
  }

  private static void sameOrigin(RoutingContext context) {
    String origin = context.request().getHeader("Origin");
    if (origin == null || isOurs(origin, context.request())) {
      context.next();
    } else {
      context.response().setStatusCode(FORBIDDEN).end();
    }
  }

  private static boolean isOurs(String origin, HttpServerRequest request) {
    try {
      URI from = URI.create(origin);
      String scheme = request.isSSL() ? "https" : "http";
      return scheme.equals(from.getScheme())
          && from.getAuthority() != null
          && from.getAuthority().equals(request.getHeader("Host"));
    } catch (IllegalArgumentException noUri) {
      return false;
    }
  }

  private void serve(Vertx vertx, SockJSSocket socket) {
    if (bridges.stopping()) {
      socket.close();
      return;
    }
    var connection = socket.routingContext().request().connection();
    String source = Optional.ofNullable(socket.remoteAddress().hostAddress()).orElse("");
    Session session =
        new Session(
            bridges,
            vertx.getOrCreateContext(),
            new Socket(socket),
            new Peer(source, Certificates.of(connection.sslSession())),
            () -> bridges.desk().known(connection));
    socket.exceptionHandler(broken -> socket.close());
    socket.handler(
        bytes -> {
          session.frame(bytes);
          if (socket.writeQueueFull()) {
            socket.pause();
            socket.drainHandler(room -> socket.resume());
          }
        });
    socket.closeHandler(closed -> session.closed());
  }

  private record Socket(SockJSSocket socket) implements Wire {

    @Override
    public Future<Void> send(Buffer frame) {
      return socket.write(frame.toString());
    }

    @Override
    public void close() {
      socket.close();
    }

    /** A message comes whole or not at all here. */
    @Override
    public OptionalLong waiting() {
      return OptionalLong.empty();
    }
  }
}
