package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.BrokerConfig;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The SockJS bridge of a whole broker, over WebSockets as a browser opens them. */
final class SockJsIT {

  private static final BrokerConfig.Bus ON =
      new BrokerConfig.Bus(Optional.empty(), true, 16, 128 * 1024, 4, 2);

  private static Vertx vertx;

  /** Kept: a client that nobody refers to is closed, with its connections. */
  private static WebSocketClient client;

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static int port;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxMessageSize(1 << 20));
    brokers = Brokers.fresh();
    node = brokers.start(Tuning.USUAL.bus(ON));
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    port = URI.create(node.address()).getPort();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
    brokers.close();
  }

  private static WebSocket open(String path, String origin) {
    WebSocketConnectOptions to =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
    if (!origin.isEmpty()) {
      to.putHeader("Origin", origin);
    }
    return client.connect(to).await();
  }

  private static BlockingQueue<String> hearing(WebSocket socket) {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    socket.textMessageHandler(heard::add);
    socket.closeHandler(gone -> heard.add("closed"));
    return heard;
  }

  private static String next(BlockingQueue<String> heard) {
    try {
      String text = heard.poll(20, TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("nothing came");
      }
      node.heard(text);
      return text;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject list() {
    return new JsonObject()
        .put("type", "send")
        .put("address", "hushbus.secret.list")
        .put("replyAddress", "r-1")
        .put(
            "headers",
            new JsonObject().put("Authorization", "Bearer " + acme.app()).put("project", "demo"));
  }

  @Test
  void a_raw_web_socket_speaks_the_frames_of_the_bridge() {
    WebSocket socket = open("/eventbus/websocket", "");
    BlockingQueue<String> heard = hearing(socket);
    socket.writeTextMessage("{\"type\":\"ping\"}");
    assertThat(next(heard)).isEqualTo("{\"type\":\"pong\"}");
    socket.writeTextMessage(list().encode());
    JsonObject answer = new JsonObject(next(heard));
    assertThat(answer.getString("address")).isEqualTo("r-1");
    assertThat(answer.getJsonObject("body").getJsonArray("secrets")).isEmpty();
    socket.close();
  }

  @Test
  void the_sockjs_transport_wraps_the_same_frames() {
    WebSocket socket = open("/eventbus/000/session1/websocket", "http://127.0.0.1:" + port);
    BlockingQueue<String> heard = hearing(socket);
    assertThat(next(heard)).isEqualTo("o");
    socket.writeTextMessage(new JsonArray().add(list().encode()).encode());
    String wrapped = next(heard);
    assertThat(wrapped).startsWith("a[");
    JsonObject answer = new JsonObject(new JsonArray(wrapped.substring(1)).getString(0));
    assertThat(answer.getString("type")).isEqualTo("message");
    socket.close();
  }

  @Test
  void n81_pages_of_other_origins_are_refused() {
    assertThatThrownBy(() -> open("/eventbus/websocket", "http://elsewhere.example"))
        .isInstanceOf(UpgradeRejectedException.class)
        .satisfies(
            refused -> assertThat(((UpgradeRejectedException) refused).getStatus()).isEqualTo(403));
  }

  @Test
  void n81_a_token_in_the_query_or_the_head_is_not_looked_at() {
    WebSocket socket = open("/eventbus/websocket?access_token=" + acme.app(), "");
    BlockingQueue<String> heard = hearing(socket);
    JsonObject bare = list();
    bare.getJsonObject("headers").remove("Authorization");
    socket.writeTextMessage(bare.encode());
    assertThat(new JsonObject(next(heard)).getInteger("failureCode")).isEqualTo(401);
    socket.close();
  }

  @Test
  void n81_a_message_that_is_too_large_ends_the_connection() {
    WebSocket socket = open("/eventbus/websocket", "");
    BlockingQueue<String> heard = hearing(socket);
    socket.writeTextMessage("x".repeat(BusSettings.STRANGERS_FRAME + 1));
    assertThat(next(heard)).isEqualTo("closed");
  }

  @Test
  void a_body_that_nobody_reads_keeps_no_connection() throws Exception {
    try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), port)) {
      raw.setSoTimeout(20_000);
      raw.getOutputStream()
          .write(
              "POST /eventbus/info HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String all = new String(raw.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all).startsWith("HTTP/1.1 413").containsIgnoringCase("Connection: close");
    }
  }

  @Test
  void the_other_transports_of_sockjs_are_off() {
    HttpClient http = vertx.createHttpClient();
    for (String transport : new String[] {"xhr", "xhr_streaming", "eventsource", "htmlfile"}) {
      int status =
          http.request(HttpMethod.POST, port, "127.0.0.1", "/eventbus/000/s/" + transport)
              .compose(request -> request.send())
              .await()
              .statusCode();
      assertThat(status).as(transport).isEqualTo(404);
    }
    http.close().await();
  }
}
