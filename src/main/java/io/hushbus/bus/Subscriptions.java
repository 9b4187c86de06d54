package io.hushbus.bus;

import io.hushbus.delivery.Sink;
import io.hushbus.model.Caller;
import io.hushbus.model.RequestContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The subscriptions of one connection, each at an address that cannot be guessed and means nothing
 * on any other connection. On the event loop of the session.
 */
final class Subscriptions {

  private static final String PREFIX = "hushbus.sub.";

  private final Bridges bridges;
  private final Context context;
  private final Wire wire;
  private final Map<String, Reserved> reserved = new HashMap<>();
  private boolean closed;

  /** One that was asked for, and perhaps registered. */
  private record Reserved(
      Caller owner, Function<Sink, Future<Void>> opening, Subscription subscription) {

    boolean isOf(Caller other) {
      return owner.tenant().equals(other.tenant()) && owner.principal().equals(other.principal());
    }
  }

  Subscriptions(Bridges bridges, Context context, Wire wire) {
    this.bridges = bridges;
    this.context = context;
    this.wire = wire;
  }

  boolean full() {
    return reserved.size() >= bridges.settings().subscriptions();
  }

  boolean has(String address) {
    return reserved.containsKey(address);
  }

  /** Gives the subscription its address; it begins when that is registered. */
  String add(Caller owner, Function<Sink, Future<Void>> opening) {
    String address = PREFIX + bridges.ids().random();
    reserved.put(
        address,
        new Reserved(
            owner,
            opening,
            new Subscription(
                address, wire, () -> context.runOnContext(turn -> reserved.remove(address)))));
    return address;
  }

  /**
   * Begins to send to the address.
   *
   * @return false if there is no such subscription of this caller's, or it has begun
   */
  boolean begin(String address, Caller caller, RequestContext request) {
    Reserved wanted = reserved.get(address);
    if (closed || wanted == null || !wanted.isOf(caller) || !wanted.subscription().begin()) {
      return false;
    }
    wanted
        .opening()
        .apply(wanted.subscription())
        .onFailure(cause -> context.runOnContext(turn -> failed(address, cause, request)));
    return true;
  }

  private void failed(String address, Throwable cause, RequestContext request) {
    if (reserved.remove(address) != null) {
      wire.send(Replies.refused(address, bridges.desk().problem(cause, request)));
    }
  }

  /** Ends the subscription; false if there is none. */
  boolean end(String address) {
    Reserved ended = reserved.remove(address);
    if (ended != null) {
      ended.subscription().left();
    }
    return ended != null;
  }

  void close() {
    closed = true;
    List.copyOf(reserved.keySet()).forEach(this::end);
  }
}
