package io.hushbus.client;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection to a bridge. Of one context alone. */
final class BusConnection {

  private static final int HEAD = 4;
  private static final int LARGEST = 8 * 1024 * 1024;
  private static final int MOST_WAITING = 32;
  private static final long PING_MILLIS = 15_000;
  private static final long SILENCE = 40_000_000_000L;

  private final Vertx vertx;
  private final NetSocket socket;
  private final String where;
  private final Map<String, Promise<Reply>> waiting = new HashMap<>();
  private final Map<String, EventSink> feeds = new HashMap<>();
  private byte[] held = {};
  private long asked;
  private long heard = System.nanoTime();
  private long pings;
  private boolean over;
  private @Nullable SecretValue token;

  BusConnection(Vertx vertx, NetSocket socket, String where) {
    this.vertx = vertx;
    this.socket = socket;
    this.where = where;
  }

  /** Begins to listen, before anything can come. */
  BusConnection listening() {
    socket.exceptionHandler(broken -> {});
    socket.closeHandler(gone -> ended());
    socket.handler(this::came);
    pings = vertx.setPeriodic(PING_MILLIS, tick -> ping());
    return this;
  }

  boolean isOver() {
    return over;
  }

  // ---- asking

  Future<Reply> ask(BusAddress address, Call call) {
    if (over || waiting.size() >= MOST_WAITING) {
      return Future.failedFuture(
          Unreachable.unsent(over ? "no connection to " + where : "too many requests at a time"));
    }
    String reply = "reply-" + ++asked;
    Promise<Reply> answer = Promise.promise();
    waiting.put(reply, answer);
    long timer = vertx.setTimer(call.deadline().toMillis(), late -> late(reply));
    token = call.token();
    send(
        Body.object()
            .field("type", "send")
            .field("address", address.text())
            .field("replyAddress", reply)
            .object("headers", headers -> headers(headers, address.headers(), call.token()))
            .raw("body", call.body()));
    return answer.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private void late(String reply) {
    Promise<Reply> answer = waiting.remove(reply);
    if (answer != null) {
      answer.fail(new Unreachable("no answer from " + where + " in time"));
    }
  }

  private static void headers(Body headers, Map<String, List<String>> all, SecretValue token) {
    all.forEach((name, texts) -> headers.tree(name, texts.size() == 1 ? texts.getFirst() : texts));
    try (SecretValue bearer = token.reveal(BusConnection::bearer)) {
      headers.secret("Authorization", bearer);
    }
  }

  private static SecretValue bearer(byte[] token) {
    byte[] start = "Bearer ".getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(start, start.length + token.length);
    System.arraycopy(token, 0, all, start.length, token.length);
    return SecretValue.owning(all);
  }

  // ---- being told

  void listen(String address, SecretValue by, EventSink sink) {
    feeds.put(address, sink);
    frame("register", address, by);
  }

  void leave(String address, SecretValue by) {
    EventSink sink = feeds.remove(address);
    if (sink != null && !over) {
      frame("unregister", address, by);
      sink.ended(Optional.empty());
    }
  }

  private void frame(String type, String address, SecretValue by) {
    send(
        Body.object()
            .field("type", type)
            .field("address", address)
            .object("headers", headers -> headers(headers, Map.of(), by)));
  }

  private void ping() {
    SecretValue by = token;
    if (System.nanoTime() - heard > SILENCE) {
      socket.close();
    } else if (by != null) {
      send(Body.object().field("type", "ping"));
    }
  }

  private void send(Body body) {
    byte[] frame = body.take();
    socket.write(Buffer.buffer(HEAD + frame.length).appendInt(frame.length).appendBytes(frame));
    Arrays.fill(frame, (byte) 0);
  }

  // ---- what comes

  private void came(Buffer bytes) {
    heard = System.nanoTime();
    byte[] old = held;
    held = Arrays.copyOf(old, old.length + bytes.length());
    bytes.getBytes(held, old.length);
    Arrays.fill(old, (byte) 0);
    while (held.length >= HEAD && !over) {
      int length = Buffer.buffer(Arrays.copyOf(held, HEAD)).getInt(0);
      if (length < 1 || length > LARGEST) {
        socket.close();
        return;
      }
      if (held.length - HEAD < length) {
        return;
      }
      byte[] frame = Arrays.copyOfRange(held, HEAD, HEAD + length);
      byte[] before = held;
      held = Arrays.copyOfRange(before, HEAD + length, before.length);
      Arrays.fill(before, (byte) 0);
      BusFrame.read(frame).ifPresentOrElse(this::took, socket::close);
    }
  }

  private void took(BusFrame frame) {
    feeds.values().forEach(EventSink::alive);
    Promise<Reply> answer = waiting.remove(frame.address());
    EventSink sink = feeds.get(frame.address());
    if (answer != null) {
      answer.complete(frame.reply());
    } else if (sink != null) {
      told(frame, sink);
    }
  }

  private void told(BusFrame frame, EventSink sink) {
    String event = frame.header("event").orElse("");
    if (!frame.type().equals("message") || event.equals("stream.close")) {
      feeds.remove(frame.address());
      sink.ended(Optional.of(new Unreachable("the stream from " + where + " was closed")));
      return;
    }
    String data = new String(frame.body(), StandardCharsets.UTF_8);
    sink.event(new StreamEvent(frame.header("cursor").orElse(""), event, data));
  }

  private void ended() {
    over = true;
    vertx.cancelTimer(pings);
    Arrays.fill(held, (byte) 0);
    waiting.values().forEach(answer -> answer.fail(new Unreachable("lost " + where)));
    waiting.clear();
    feeds.values().forEach(sink -> sink.ended(Optional.of(new Unreachable("lost " + where))));
    feeds.clear();
  }
}
