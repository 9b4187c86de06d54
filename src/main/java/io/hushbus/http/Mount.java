package io.hushbus.http;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;

/**
 * For one event loop: what is no part of the contract and yet on its listener, below a path of its
 * own. Its requests are admitted as all are; the rest is its own affair.
 *
 * @param message the most bytes of a message of a WebSocket
 */
public record Mount(String path, int message, Router routes) {

  boolean has(HttpServerRequest request) {
    return request.uri().startsWith(path + "/");
  }

  void limit(HttpServerOptions options) {
    options.setMaxWebSocketFrameSize(message).setMaxWebSocketMessageSize(message);
  }
}
