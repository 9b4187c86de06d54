package io.hushbus.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameParser;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client of the TCP event-bus bridge, in straight lines, over the frame code of the bridge of
 * Vert.x itself. What it hears is kept, to be searched.
 */
public final class BusClient implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;

  private final Vertx vertx = Vertx.vertx();

  /**
   * Kept for as long as this is: a client that nobody refers to is closed, with its connections.
   */
  private final NetClient client;

  private final NetSocket socket;
  private final String token;
  private final ConcurrentHashMap<String, CompletableFuture<JsonObject>> waiting =
      new ConcurrentHashMap<>();
  private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private final BrokerNode node;

  private BusClient(BrokerNode node, NetClientOptions options, String token) {
    this.node = node;
    this.token = token;
    this.client = vertx.createNetClient(options);
    this.socket =
        client
            .connect(node.broker().busPort().orElseThrow(), "127.0.0.1")
            .map(this::listening) // before anything can come
            .await();
  }

  private NetSocket listening(NetSocket open) {
    open.exceptionHandler(broken -> {});
    open.handler(new FrameParser(frame -> took(frame.result())));
    open.closeHandler(
        gone -> {
          closed.complete(null);
          var cut = new AssertionError("the broker closed the connection");
          waiting.values().forEach(answer -> answer.completeExceptionally(cut));
        });
    return open;
  }

  /** Connects to the node's bridge; each frame brings {@code token}, unless it is empty. */
  public static BusClient of(BrokerNode node, String token) {
    return new BusClient(node, new NetClientOptions(), token);
  }

  public static BusClient of(BrokerNode node, NetClientOptions options, String token) {
    return new BusClient(node, options, token);
  }

  private void took(JsonObject frame) {
    heard.add(frame.encode());
    node.heard(frame.encode());
    CompletableFuture<JsonObject> reply = waiting.remove(frame.getString("address", ""));
    if (reply != null) {
      reply.complete(frame);
    } else {
      messages.add(frame);
    }
  }

  /** The frame that answers, good or not. */
  public JsonObject ask(String address, JsonObject headers, JsonObject body) {
    return within(asking(address, headers, body));
  }

  /** The same, without waiting. */
  public CompletableFuture<JsonObject> asking(String address, JsonObject headers, JsonObject body) {
    String reply = UUID.randomUUID().toString();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(reply, answer);
    if (closed.isDone()) {
      answer.completeExceptionally(new AssertionError("the broker has closed the connection"));
    }
    FrameHelper.sendFrame("send", address, reply, with(headers), null, body, socket);
    return answer;
  }

  /** The body of a good answer. */
  public JsonObject get(String address, JsonObject headers, JsonObject body) {
    JsonObject answer = ask(address, headers, body);
    if (!answer.getString("type").equals("message")) {
      throw new AssertionError("refused: " + answer.encode());
    }
    return answer.getJsonObject("body", new JsonObject());
  }

  /** The problem of a refusal. */
  public JsonObject problem(String address, JsonObject headers, JsonObject body) {
    JsonObject answer = ask(address, headers, body);
    if (!answer.getString("type").equals("err")) {
      throw new AssertionError("not refused: " + answer.encode());
    }
    return new JsonObject(answer.getString("message"));
  }

  /** Asks for events and registers the address that is answered. */
  public String follow(JsonObject filters) {
    String address = get("hushbus.events", filters, new JsonObject()).getString("address");
    register(address);
    return address;
  }

  public void register(String address) {
    FrameHelper.sendFrame("register", address, null, with(new JsonObject()), null, null, socket);
  }

  /** Any frame at all. */
  public void frame(JsonObject frame) {
    FrameHelper.writeFrame(frame, socket);
  }

  /** Any bytes at all. */
  public Future<Void> bytes(Buffer bytes) {
    return socket.write(bytes);
  }

  /** The next frame that answers no request. */
  public JsonObject next() {
    try {
      JsonObject next = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next event of that type, over all that come before it. */
  public JsonObject next(String type) {
    JsonObject next = next();
    while (!type.equals(next.getJsonObject("headers", new JsonObject()).getString("event"))) {
      next = next();
    }
    return next;
  }

  /** Completes when the broker has closed the connection. */
  public void awaitClosed() {
    within(closed);
  }

  public boolean isClosed() {
    return closed.isDone();
  }

  /** All that was heard. */
  public Queue<String> heard() {
    return heard;
  }

  private JsonObject with(JsonObject headers) {
    return token.isEmpty() ? headers : headers.copy().put("Authorization", "Bearer " + token);
  }

  private static <T> T within(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException
        | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
