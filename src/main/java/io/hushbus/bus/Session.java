package io.hushbus.bus;

import io.hushbus.http.Desk;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One peer of a bridge, from its first byte to its last. Lives on the event loop of its connection;
 * what comes from elsewhere is brought there.
 *
 * <p>A connection has no identity of its own: each frame is what its own token says. A peer that
 * has shown a good one is known, and may send larger frames and stay.
 */
final class Session {

  private static final Pattern REQUEST_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final String AUTHORIZATION = "Authorization";
  private static final int MOST_BAD_TOKENS = 5;
  private static final long TICK_MILLIS = 1000;

  private final Bridges bridges;
  private final Context context;
  private final Wire wire;
  private final Peer peer;
  private final Runnable known;
  private final Subscriptions subscriptions;
  private final Promise<Void> gone = Promise.promise();
  private final Promise<Void> drained = Promise.promise();
  private final long begun;
  private final long ticking;
  private long heard;
  private int pending;
  private int badTokens;
  private boolean isKnown;

  /**
   * @param known told once, when the peer has shown who it is
   */
  Session(Bridges bridges, Context context, Wire wire, Peer peer, Runnable known) {
    this.bridges = bridges;
    this.context = context;
    this.wire = wire;
    this.peer = peer;
    this.known = known;
    this.subscriptions = new Subscriptions(bridges, context, wire);
    this.begun = bridges.nanos().getAsLong();
    this.heard = begun;
    this.ticking = bridges.vertx().setPeriodic(TICK_MILLIS, tick -> look());
    bridges.opened(this);
  }

  /** The most bytes that the next frame may have. */
  int mostBytes() {
    int most = bridges.settings().frame();
    return isKnown ? most : Math.min(most, BusSettings.STRANGERS_FRAME);
  }

  /** A whole frame has come. One that is none ends the connection. */
  void frame(Buffer bytes) {
    if (gone.future().isComplete() || bridges.stopping()) {
      return;
    }
    heard = bridges.nanos().getAsLong();
    try {
      if (bytes.length() > mostBytes()) {
        throw new Frame.Malformed();
      }
      Frame frame = Frame.parse(bytes);
      RequestContext request = peer.request(requestId(frame));
      bridges
          .desk()
          .admit(request)
          .onSuccess(admitted -> take(frame, request))
          .onFailure(over -> tooMany(frame, request, over));
    } catch (Frame.Malformed other) {
      end(Refused.MALFORMED);
    }
  }

  /** The connection is over. */
  void closed() {
    if (gone.tryComplete()) {
      bridges.vertx().cancelTimer(ticking);
      subscriptions.close();
      bridges.closed(this);
      drained.tryComplete();
    }
  }

  /** Ends the connection for a reason that is counted. */
  void end(Refused why) {
    bridges.refused(why);
    wire.close();
  }

  /** Completes when no request is in flight any more. From any thread. */
  Future<Void> drain() {
    context.runOnContext(turn -> finishIfDone());
    return drained.future();
  }

  private void finishIfDone() {
    if (bridges.stopping() && pending == 0) {
      drained.tryComplete();
    }
  }

  private void look() {
    long now = bridges.nanos().getAsLong();
    long patience = bridges.settings().patience().toNanos();
    if (!isKnown && now - begun > patience) {
      end(Refused.NEVER_KNOWN);
    } else if (wire.waiting().stream().anyMatch(since -> now - since > patience)
        || now - heard > bridges.settings().idle().toNanos()) {
      end(Refused.IDLE);
    }
  }

  private void tooMany(Frame frame, RequestContext request, Throwable over) {
    bridges.refused(Refused.TOO_MANY_FRAMES);
    if (frame.replyAddress().isPresent()) {
      wire.send(Replies.to(frame, bridges.desk().problem(over, request)));
    }
  }

  private void take(Frame frame, RequestContext request) {
    switch (frame.type()) {
      case PING -> pinged(frame, request);
      case SEND -> sent(frame, request);
      case PUBLISH -> refuse(frame, Refused.NOT_A_REQUEST);
      case REGISTER -> register(frame, request);
      case UNREGISTER -> unregister(frame);
    }
  }

  /** A ping may bring a token, by which the peer is known. */
  private void pinged(Frame frame, RequestContext request) {
    if (frame.header(AUTHORIZATION).isPresent() && !isKnown) {
      sender(frame, request);
    }
    wire.send(Replies.pong());
  }

  private void sent(Frame frame, RequestContext request) {
    Optional<Address> to =
        Address.of(frame.address()).filter(one -> bridges.desk().knows(one.operation()));
    if (to.isEmpty()) {
      refuse(frame, Refused.UNKNOWN_ADDRESS);
    } else if (frame.replyAddress().isEmpty()) {
      refuse(frame, Refused.NOT_A_REQUEST);
    } else if (pending >= bridges.settings().pending()) {
      refuse(frame, Refused.TOO_MANY_PENDING);
    } else {
      pending++;
      asked(to.get(), frame, request)
          .recover(cause -> Future.succeededFuture(failed(frame, request, cause)))
          .onSuccess(reply -> context.runOnContext(turn -> answered(reply)));
    }
  }

  private Future<Buffer> asked(Address to, Frame frame, RequestContext request) {
    return sender(frame, request)
        .compose(
            caller ->
                to == Address.EVENTS
                    ? subscribe(frame, caller, request)
                    : perform(to, frame, caller, request));
  }

  private Future<Buffer> perform(Address to, Frame frame, Caller caller, RequestContext request) {
    var errand = new Desk.Errand(to.operation(), frame.headers(), frame.body());
    return bridges
        .desk()
        .perform(errand, caller, request, gone.future())
        .map(outcome -> Replies.to(frame, outcome));
  }

  private Future<Buffer> subscribe(Frame frame, Caller caller, RequestContext request) {
    return bridges
        .desk()
        .events(frame.headers(), caller, request)
        .compose(this::here)
        .map(
            opening ->
                subscriptions.full()
                    ? tooManySubscriptions(frame)
                    : Replies.subscribed(frame, subscriptions.add(caller, opening)));
  }

  private Buffer tooManySubscriptions(Frame frame) {
    bridges.refused(Refused.TOO_MANY_SUBSCRIPTIONS);
    return Replies.refused(frame, Refused.TOO_MANY_SUBSCRIPTIONS);
  }

  private Buffer failed(Frame frame, RequestContext request, Throwable cause) {
    return Replies.to(frame, bridges.desk().problem(cause, request));
  }

  private void answered(Buffer reply) {
    pending--;
    wire.send(reply);
    finishIfDone();
  }

  /** Only who asked for a subscription can register it, on the connection that asked. */
  private void register(Frame frame, RequestContext request) {
    if (!subscriptions.has(frame.address())) {
      refuse(frame, Refused.UNKNOWN_ADDRESS);
      return;
    }
    sender(frame, request)
        .compose(this::here)
        .onSuccess(
            caller -> {
              if (!subscriptions.begin(frame.address(), caller, request)) {
                refuse(frame, Refused.UNKNOWN_ADDRESS);
              }
            })
        .onFailure(
            cause ->
                wire.send(
                    Replies.refused(frame.address(), bridges.desk().problem(cause, request))));
  }

  private void unregister(Frame frame) {
    if (!subscriptions.end(frame.address())) {
      refuse(frame, Refused.UNKNOWN_ADDRESS);
    }
  }

  private Future<Caller> sender(Frame frame, RequestContext request) {
    return bridges
        .desk()
        .sender(frame.header(AUTHORIZATION), request)
        .compose(this::here)
        .onSuccess(caller -> showed())
        .onFailure(this::notKnown);
  }

  private void showed() {
    if (!isKnown) {
      isKnown = true;
      known.run();
    }
  }

  /** Whoever goes on trying tokens does so on other connections, which are counted. */
  private void notKnown(Throwable cause) {
    if (cause instanceof Failure.Unauthenticated) {
      badTokens++;
      if (badTokens > MOST_BAD_TOKENS) {
        end(Refused.NEVER_KNOWN);
      }
    }
  }

  private void refuse(Frame frame, Refused why) {
    bridges.refused(why);
    wire.send(Replies.refused(frame, why));
  }

  /** The same result, on this session's event loop. */
  private <T> Future<T> here(T result) {
    Promise<T> arrived = Promise.promise();
    context.runOnContext(turn -> arrived.complete(result));
    return arrived.future();
  }

  private UUID requestId(Frame frame) {
    return frame
        .header("X-Request-Id")
        .filter(text -> REQUEST_ID.matcher(text).matches())
        .map(UUID::fromString)
        .orElseGet(bridges.ids()::ordered);
  }
}
