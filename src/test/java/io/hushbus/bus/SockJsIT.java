package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.BrokerConfig;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
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

  /** Heard from its first frame on, which may come with the answer to the handshake. */
  private record Line(WebSocket socket, BlockingQueue<String> heard) {}

  private static Line open(String path, String origin) {
    WebSocketConnectOptions to =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
    if (!origin.isEmpty()) {
      to.putHeader("Origin", origin);
    }
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    ClientWebSocket socket = client.webSocket();
    socket.textMessageHandler(heard::add);
    socket.closeHandler(gone -> heard.add("closed"));
    return new Line(socket.connect(to).await(), heard);
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
    Line line = open("/eventbus/websocket", "");
    line.socket().writeTextMessage("{\"type\":\"ping\"}");
    assertThat(next(line.heard())).isEqualTo("{\"type\":\"pong\"}");
    line.socket().writeTextMessage(list().encode());
    JsonObject answer = new JsonObject(next(line.heard()));
    assertThat(answer.getString("address")).isEqualTo("r-1");
    assertThat(answer.getJsonObject("body").getJsonArray("secrets")).isEmpty();
    line.socket().close();
  }

  @Test
  void the_sockjs_transport_wraps_the_same_frames() {
    Line line = open("/eventbus/000/session1/websocket", "http://127.0.0.1:" + port);
    assertThat(next(line.heard())).isEqualTo("o");
    line.socket().writeTextMessage(new JsonArray().add(list().encode()).encode());
    String wrapped = next(line.heard());
    assertThat(wrapped).startsWith("a[");
    JsonObject answer = new JsonObject(new JsonArray(wrapped.substring(1)).getString(0));
    assertThat(answer.getString("type")).isEqualTo("message");
    line.socket().close();
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
    Line line = open("/eventbus/websocket?access_token=" + acme.app(), "");
    JsonObject bare = list();
    bare.getJsonObject("headers").remove("Authorization");
    line.socket().writeTextMessage(bare.encode());
    assertThat(new JsonObject(next(line.heard())).getInteger("failureCode")).isEqualTo(401);
    line.socket().close();
  }

  @Test
  void n81_a_message_that_is_too_large_ends_the_connection() {
    Line line = open("/eventbus/websocket", "");
    line.socket().writeTextMessage("x".repeat(BusSettings.STRANGERS_FRAME + 1));
    assertThat(next(line.heard())).isEqualTo("closed");
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
